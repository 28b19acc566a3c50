namespace Optim.Functional.Properties.Tests

open System
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Mutants
open Optim.Functional.Properties

/// All mutations of a rule.
[<RequireQualifiedAccess>]
module internal Mutations =

    let none: Mutation = Mutation.None

    let private kinds (wrongs: string seq) = Seq.indexed wrongs |> Seq.map (fun (i, wrong) -> i + 1, wrong)

    /// Each operation, slot and constant of the formula.
    let inFormula (seen: Seen) =
        let fault name site path number kind = { none with Name = name; Fault = Fault(site, path, number, kind) }
        let along path = if path = "" then "" else $", {path}"

        [
            for number in 0 .. seen.Constants - 1 do
                for kind, wrong in kinds (Wrong.With Op.Constant) do
                    if number > 0 || kind < 4 then
                        fault $"constant {number + 1}: {wrong}" Site.Constant "" number kind
            for KeyValue(path, struct (operations, slots)) in seen.Paths do
                for number, op in Array.indexed operations do
                    for kind, wrong in kinds (Wrong.With op) do
                        fault $"operation {number + 1}{along path}, {op}: {wrong}" Site.Operation path number kind

                for slot in 0 .. slots - 1 do
                    for kind, wrong in kinds Wrong.WithSlot do
                        if kind - 4 < slot then
                            fault $"slot {slot + 1}{along path}: {wrong}" Site.Slot path slot kind

                fault $"parameter{along path}: not stored" Site.Parameter path 0 0
        ]

    /// The option at another value, where the others allow it.
    let private at name value rule =
        try
            Options.set name value rule
        with :? ArgumentException ->
            rule

    /// Each option ignored by the rule, or taken for another.
    let private options rule =
        let acting name acts = { none with Name = name; Acts = acts }
        let changed name change rule = at name (change ((Options.all rule).[name])) rule

        [
            for o in (Options.info rule).Options do
                match o.Default with
                | :? bool -> acting $"{o.Name}: the opposite" (changed o.Name (unbox >> not >> box))
                | :? (float[]) as two ->
                    let each change (given: obj | null) = box (change (unbox<float[]> given): float[])
                    acting $"{o.Name}: exchanged" (changed o.Name (each Array.rev))

                    for i in 0..1 do
                        acting $"{o.Name}[{i}]: ignored" (changed o.Name (each (Array.updateAt i two[i])))
                | value -> acting $"{o.Name}: ignored" (at o.Name (if isNull value then box 0.05 else value))
        ]

    let private times x = x * 1.001

    /// Each thing that the driver asks of a rule.
    let private ofHost (rule: IElementwiseRule) =
        let slots = Seq.append rule.Slots rule.OptionalSlots |> Seq.map _.Key |> Seq.distinct |> List.ofSeq

        [
            if (Options.setIf "weight_decay" 0.5 rule).WeightDecay <> 0.0 then
                { none with Name = "weight decay: -λ"; WeightDecay = (~-) }
                { none with Name = "weight decay: 1.001 λ"; WeightDecay = times }
                { none with Name = "weight decay: 0"; WeightDecay = fun _ -> 0.0 }

            { none with Name = "maximize: the opposite"; Maximize = not }
            { none with Name = "counts steps: the opposite"; CountsSteps = not }
            { none with Name = "state from the start: the opposite"; EagerState = not }

            for slot in slots do
                { none with Name = $"{slot} before the first step: + 0.01"; Initial = fun key x -> if key = slot then x + 0.01 else x }

            if slots.Length > 1 then
                { none with Name = "names of slots: exchanged"; Slots = List.rev }
        ]

    /// Another turn, but for t, the slots that are fresh, and the scalars before and after.
    let private told t fresh scalars (now: Turn) =
        Turn(t now.T, now.Lr, scalars now.Before, scalars now.After, now.ModelBefore, now.Model, FreshSlots = fresh now.FreshSlots)

    /// Each thing that is carried from step to step.
    let private ofTurn (rule: IElementwiseRule) =
        [
            for by in [ -1L; 1L ] do
                { none with Name = $"t in the formula: %+d{by}"; Told = true; Now = told (fun t -> t + by) id id }

            for fresh in [ 255uy; 0uy ] do
                { none with Name = $"first step: {fresh <> 0uy}"; Told = true; Now = told id (fun _ -> fresh) id }

            let change name s1 s2 =
                let set (s: Scalars) = Scalars(s1 s.S1, s2 s.S2)

                [
                    { none with Name = $"{name} before the first step"; Start = set }
                    { none with Name = $"{name} in the formula"; Now = told id id set }
                    { none with Name = $"{name} after a step"; After = fun _ -> set }
                ]

            let scalars = List.ofSeq rule.Scalars

            for first in List.truncate 1 scalars do
                yield! change $"{first}: -x" (~-) id
                yield! change $"{first}: 1.001 x" times id

                { none with Name = "scalars: as they were"; After = fun before _ -> before }

            for second in List.skip (min 1 scalars.Length) scalars do
                yield! change $"{second}: -x" id (~-)
                yield! change $"{second}: 1.001 x" id times
                { none with Name = "names of scalars: exchanged"; Scalars = List.rev }
        ]

    let all rule seen = inFormula seen @ options rule @ ofHost rule @ ofTurn rule
