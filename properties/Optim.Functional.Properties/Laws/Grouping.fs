/// A group of parameters is no more than its options.
module internal Optim.Functional.Properties.Grouping

open Optim.Functional
open Optim.Functional.Rules

/// The bits after all steps, where each optimizer drives the parameters beside it.
let private driven (optimizers: Parameter list -> (Parameter list * Optimizer) list) case =
    let parameters = Trainer.parameters (Case.start case)
    let optimizers = optimizers parameters

    for g in Case.gradients case do
        Trainer.setGradients parameters g

        for _, optimizer in optimizers do
            optimizer.Step()

    [
        for members, optimizer in optimizers do
            for p in members do
                yield string p.Name, Bits.tensor p.Value
                yield! Bits.entry (string p.Name) (optimizer.State p)
    ]
    |> List.sortBy fst

let private optimizer (rule: IRule) (groups: ParamGroup list) = Optimizer(groups, rule, Execution = Run.scalar)
let private filled parts = List.filter (not << List.isEmpty) parts

let groups =
    Make.gradient
        "groups"
        "Parameters moved to a group with the same options have the same bits."
        "A group is no more than its options."
        (Unless.any [ Unless.model; Unless.clipped ])
        Domain.any
        (fun case ->
            let inGroups parts case =
                case |> driven (fun all -> [ all, optimizer case.Rule (filled (parts all) |> List.map ParamGroup) ])

            let wanted = inGroups List.singleton case

            [
                "one by one", List.map List.singleton
                "first and others", (fun all -> [ List.take 1 all; List.skip 1 all ])
                "last and others", (fun all -> List.splitAt (all.Length - 1) all |> fun (others, last) -> [ last; others ])
            ]
            |> List.collect (fun (label, parts) ->
                Bits.differences wanted (inGroups parts case) |> List.map (fun line -> $"{label}: {line}")))

let groupOptions =
    Make.gradient
        "group options"
        "A group with an option of its own steps as an optimizer of its own with that option."
        "torch.optim: per-parameter options. Left out: options that only say how state begins, \
        which torch takes from the optimizer (Adagrad)."
        (Unless.any
            [
                fun rule -> if (Options.info rule).Options.Count = 0 then Some "it has no options" else None
                fun rule -> if Kind.isModel rule then Some "it measures all groups together" else None
                Unless.gathered
                Unless.parted
            ])
        Domain.any
        (fun case ->
            Options.neighbours case.Rule
            |> List.filter (fun (name, _, _) -> not ((Kind.gradient case.Rule).EagerState && name = "initial_accumulator_value"))
            |> List.collect (fun (name, value, changed) ->
                let own (members: Parameter list) =
                    let group = ParamGroup members
                    group[name] <- value
                    group

                let together =
                    case
                    |> driven (fun all -> [ all, optimizer case.Rule (ParamGroup [ all.Head ] :: (filled [ all.Tail ] |> List.map own)) ])

                let apart =
                    case
                    |> driven (fun all ->
                        ([ all.Head ], optimizer case.Rule [ ParamGroup [ all.Head ] ])
                        :: (filled [ all.Tail ] |> List.map (fun others -> others, optimizer changed [ ParamGroup others ])))

                Bits.differences apart together |> List.map (fun line -> $"{name} = {value}: {line}")))

let all = [ groups; groupOptions ]
