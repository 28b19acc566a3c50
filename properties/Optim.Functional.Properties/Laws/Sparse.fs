/// Gradients that name some of the elements.
module internal Optim.Functional.Properties.Sparse

open Optim.Functional
open Optim.Functional.Rules

/// Whether only the elements that a gradient names are stepped.
let private touches (rule: IRule) =
    match (Kind.gradient rule).Sparse with
    | SparseGradients.Touched
    | SparseGradients.Only -> true
    | _ -> false

/// Every second element, and those of a tensor that these are.
let private named n = [| 0..2 .. n - 1 |]

let private some (values: float[]) = named values.Length |> Array.map (fun k -> values[k])

let touched =
    Make.elementwise
        "named elements"
        "Elements that a sparse gradient names have the bits of a tensor of these alone; the others and their slots keep theirs."
        "torch: sparse gradients update the rows they name; weight decay, which would touch all, is refused."
        (fun rule ->
            if touches rule then
                None
            else
                Some "it refuses sparse gradients, or takes what they do not name for zero")
        (Domain.any |> Domain.with' (Options.setIf "weight_decay" 0.0))
        (fun case ->
            if not (touches case.Rule) then
                [] // with other options
            else
                let sparse (values: float[]) = Case.sparse case.Single (named values.Length) values

                let steps =
                    [
                        for step in case.Gradients ->
                            Params.Of
                                [
                                    for name, g in List.zip (Case.names case) step do
                                        match g with
                                        | Some g -> struct (name, sparse g)
                                        | None -> ()
                                ]
                    ]

                let θ, s = (Run.init case.Rule (Case.start case), steps) ||> List.fold (Run.step Run.scalar case.Rule)

                let alone =
                    { case with Start = List.map some case.Start; Gradients = case.Gradients |> List.map (List.map (Option.map some)) }

                let θ', s' = Run.pure' Run.scalar alone
                let start = Case.start case

                [
                    for i, name in List.indexed (Case.names case) do
                        let n = case.Start[i].Length
                        let others = Array.except (named n) [| 0 .. n - 1 |]
                        let pick (places: int[]) (bits: int64[]) = places |> Array.map (fun k -> bits[k])

                        let parts places (θ: Params) (s: State) : Bits =
                            (name, pick places (Bits.tensor θ[i]))
                            :: [ for slot in s[i].Slots -> $"{name}.{slot.Key}", pick places (Bits.tensor slot.Value) ]

                        yield! Bits.differences (parts [| 0 .. (named n).Length - 1 |] θ' s') (parts (named n) θ s)
                        yield! Bits.differences [ name, pick others (Bits.tensor start[i]) ] [ name, pick others (Bits.tensor θ[i]) ]

                        for spec in Kind.slots case.Rule do
                            match s[i].Slots.TryGetValue spec.Key with
                            | true, slot ->
                                let rule = Kind.gradient case.Rule
                                let first = Round.to' case (rule.First(spec, rule.Lr))
                                let wanted = others |> Array.map (fun _ -> Bits.number first)

                                yield!
                                    Bits.differences
                                        [ $"{name}.{spec.Key}", wanted ]
                                        [ $"{name}.{spec.Key}", pick others (Bits.tensor slot) ]
                            | _ -> ()

                        if s[i].Step <> s'[i].Step then
                            yield $"{name}: wanted step {s'[i].Step}, got {s[i].Step}"
                ])

let all = [ touched ]
