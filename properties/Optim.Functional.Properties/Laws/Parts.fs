/// A plan for each part of the parameters.
module internal Optim.Functional.Properties.Parts

open Optim.Functional
open Optim.Functional.Rules

/// Vectors and matrices by turns.
let private mixed case =
    { case with
        Shapes =
            case.Start
            |> List.mapi (fun i values ->
                let n = values.Length

                if i % 2 = 0 then [ n ]
                elif n % 2 = 0 then [ n / 2; 2 ]
                else [ 1; n ])
    }

/// The rule of the vectors, and the one of the matrices.
let private two (rule: IRule) : IRule * IRule =
    if Kind.takesVectors rule then rule, Muon(Lr = 0.125, NsSteps = 2) else AdamW(Lr = 0.125), rule

let parts =
    Make.gradient
        "parts"
        "Of a plan with one rule for matrices and another for the rest, each part has the bits of its rule alone, on both faces."
        "Muon for matrices, AdamW for the rest: a part is an optimizer of its own, but for the stages that look at all gradients."
        Unless.plan
        (Domain.of' Moderate)
        (fun case ->
            let case = mixed case
            let vectors, matrices = two case.Rule
            let plan = vectors.For(Select.Matrices, matrices)
            let all = { case with Rule = plan }
            let places = [ 0 .. case.Start.Length - 1 ]
            let isMatrix i = (List.item i case.Shapes).Length = 2

            let alone rule places =
                if List.isEmpty places then
                    []
                else
                    let part = Case.pick places { all with Rule = rule }

                    let named (name: string) =
                        let dot = name.IndexOf '.'
                        let own, rest = if dot < 0 then name, "" else name[.. dot - 1], name[dot..]

                        match List.tryFindIndex ((=) own) (Case.names part) with
                        | Some i -> $"p{places[i]}{rest}"
                        | None -> name

                    Run.bits Run.scalar part |> List.map (fun (name, bits) -> named name, bits)

            let θ, s = Run.pure' Run.scalar all

            let pure': Bits =
                Bits.whole (θ, s) @ [ for scalar in s.SharedScalars -> scalar.Key, [| Bits.number scalar.Value |] ]

            let wanted =
                alone vectors (List.filter (isMatrix >> not) places) @ alone matrices (List.filter isMatrix places)

            let about names bits =
                bits |> List.filter (fun (name, _) -> List.contains name names) |> List.sortBy fst

            let trainer = Trainer.over plan (Case.start all)
            List.iter (Trainer.step trainer) (Case.gradients all)
            let names = List.map fst wanted

            let ofParameters =
                names |> List.filter (fun name -> places |> List.exists (fun i -> name = $"p{i}" || name.StartsWith $"p{i}."))

            Bits.differences (about names wanted) (about names pure')
            @ (Bits.differences (about ofParameters wanted) (about ofParameters (Trainer.bits trainer))
               |> List.map (sprintf "in place, %s")))

let all = [ parts ]
