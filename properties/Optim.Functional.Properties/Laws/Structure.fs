/// How parameters are cut, ordered and named does not show in their numbers.
module internal Optim.Functional.Properties.Structure

open Optim.Functional
open Optim.Functional.Rules

/// The bits of a split case, each parameter put together again from its two parts.
let private joined names (θ: Params, s: State) : Bits =
    let slots (i: int) =
        Bits.entry "" s[i] |> List.partition (fun (key, _) -> key = ".step" || s[i].Scalars.ContainsKey(key.Substring 1))

    [
        for i, name in List.indexed names do
            yield name, Array.append (Bits.tensor θ[2 * i]) (Bits.tensor θ[2 * i + 1])
        for i, name in List.indexed names do
            let (counts, left), (counts', right) = slots (2 * i), slots (2 * i + 1)

            if counts <> counts' then
                yield name + ": step or scalars differ between its parts", [||]

            for key, values in counts -> name + key, values
            for (key, a), (_, b) in List.zip left right -> name + key, Array.append a b
        yield! Bits.shared s
    ]

/// Few enough to try them all, in a long array too.
let private cuts longest =
    if longest <= 24 then
        [ 0..longest ]
    else
        List.distinct [ 0; 1; 2; 7; 8; 15; 16; 17; longest / 2; longest - 1; longest ]

let split =
    Make.elementwise
        "split"
        "A tensor cut in two anywhere gives the bits of the whole one; so do tensors that are put together."
        "An elementwise rule looks at one element at a time (the definition)."
        Unless.model
        Domain.any
        (fun case ->
            let sorted = Bits.whole >> List.sortBy fst
            let wanted = sorted (Run.pure' Run.scalar case)

            cuts (case.Start |> List.map Array.length |> List.max)
            |> List.collect (fun k ->
                let halves (values: float[]) = [ Array.truncate k values; Array.skip (min k values.Length) values ]

                let parts =
                    { case with
                        Start = List.collect halves case.Start
                        Gradients =
                            case.Gradients
                            |> List.map (
                                List.collect (function
                                    | Some g -> halves g |> List.map Some
                                    | None -> [ None; None ])
                            )
                    }

                Bits.differences wanted (Run.pure' Run.scalar parts |> joined (Case.names case) |> List.sortBy fst)
                |> List.map (fun line -> $"cut at {k}: {line}")))

/// The result with the parameters in another order, under the names they have in the first.
let private reordered order case =
    let θ, s = Run.pure' Run.scalar (Case.pick order case)

    [
        for i, name in List.indexed (Case.names case) do
            let place = List.findIndex ((=) i) order
            yield name, Bits.tensor θ[place]
        for i, name in List.indexed (Case.names case) do
            yield! Bits.entry name s[List.findIndex ((=) i) order]
        yield! Bits.shared s
    ]

let order =
    Make.gradient
        "order"
        "Parameters in another order have the same bits, in that order."
        "No parameter's step looks at another parameter."
        (Unless.any [ Unless.model; Unless.clipped; Unless.named; Unless.seeded ])
        Domain.any
        (fun case ->
            let n = case.Start.Length
            let wanted = Run.bits Run.scalar case

            [ List.rev [ 0 .. n - 1 ]; List.init n (fun i -> (i + 1) % n) ]
            |> List.collect (fun order ->
                Bits.differences wanted (reordered order case) |> List.map (fun line -> $"order {order}: {line}")))

let names =
    Make.gradient
        "names"
        "Parameters under other names have the same bits."
        "A name finds a parameter; it is no number."
        (Unless.any [ Unless.named; Unless.seeded ])
        Domain.any
        (fun case ->
            let renamed (θ: Params) = Params.Of [ for e in θ.Entries -> struct ("layers." + e.Key + "/", e.Value) ]

            let other =
                (Run.init case.Rule (renamed (Case.start case)), Case.gradients case)
                ||> List.fold (fun at g -> Run.step Run.scalar case.Rule at (renamed g))

            let wanted = Run.bits Run.scalar case
            Bits.differences wanted (List.map2 (fun (name, _) (_, values) -> name, values) wanted (Bits.whole other)))

let all = [ split; order; names ] @ Layout.all @ Grouping.all
