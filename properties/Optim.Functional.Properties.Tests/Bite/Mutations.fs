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
            for KeyValue(formula, constants) in seen.Constants do
                for number in 0 .. constants - 1 do
                    for kind, wrong in kinds (Wrong.With Op.Constant) do
                        if number > 0 || kind < 4 then
                            fault $"constant {number + 1}{along formula}: {wrong}" Site.Constant formula number kind
            for KeyValue(path, way) in seen.Paths do
                for number, op in Array.indexed way.Operations do
                    for kind, wrong in kinds (Wrong.With op) do
                        fault $"operation {number + 1}{along path}, {op}: {wrong}" Site.Operation path number kind

                for slot in 0 .. way.Slots - 1 do
                    for kind, wrong in kinds Wrong.WithSlot do
                        if kind - 4 < slot && (way.Writes || kind > 2) then
                            fault $"slot {slot + 1}{along path}: {wrong}" Site.Slot path slot kind

                for result in 0 .. way.Results - 1 do
                    let which =
                        if path.Contains ": " then
                            $"result {result + 1}{along path}: 0"
                        else
                            $"parameter{along path}: not stored"

                    fault which Site.Result path result 0
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

                    for i in 0 .. two.Length - 1 do
                        acting $"{o.Name}[{i}]: ignored" (changed o.Name (each (Array.updateAt i two[i])))
                | :? (Nullable<float>[]) as several ->
                    let each change (given: obj | null) = box (change (unbox<Nullable<float>[]> given): Nullable<float>[])

                    for i in 0 .. several.Length - 1 do
                        acting $"{o.Name}[{i}]: ignored" (changed o.Name (each (Array.updateAt i several[i])))
                | :? string
                | null when o.Type = typeof<string> -> acting $"{o.Name}: ignored" (at o.Name o.Default)
                | null when o.Default = null && not o.Required -> acting $"{o.Name}: ignored" (at o.Name null)
                | value -> acting $"{o.Name}: ignored" (at o.Name (if isNull value then box 0.05 else value))
        ]

    let private times x = x * 1.001

    /// Each thing that the driver asks of a rule.
    let private ofHost (rule: IRule) =
        let gradient = Kind.gradient rule
        let specs = Seq.append (Kind.slots rule) gradient.OptionalSlots |> List.ofSeq
        let slots = specs |> Seq.map _.Key |> Seq.distinct |> List.ofSeq

        [
            if (Kind.gradient (Options.setIf "weight_decay" 0.5 rule)).WeightDecay <> 0.0 then
                { none with Name = "weight decay: -λ"; WeightDecay = (~-) }
                { none with Name = "weight decay: 1.001 λ"; WeightDecay = times }
                { none with Name = "weight decay: 0"; WeightDecay = fun _ -> 0.0 }

            { none with Name = "maximize: the opposite"; Maximize = not }
            { none with Name = "counts steps: the opposite"; CountsSteps = not }
            { none with Name = "state from the start: the opposite"; EagerState = not }

            for spec in specs do
                if spec.StartsAtParameter then
                    { none with Name = $"{spec.Key} before the first step: 0"; Anew = fun key -> key = spec.Key }

            for slot in specs |> List.filter (fun spec -> not spec.StartsAtParameter) |> List.map _.Key |> List.distinct do
                { none with Name = $"{slot} before the first step: + 0.01"; Initial = fun key x -> if key = slot then x + 0.01 else x }

            if slots.Length > 1 then
                { none with Name = "names of slots: exchanged"; Slots = List.rev }
        ]

    /// Another turn, but for t, the slots that are fresh, and the scalars before and after.
    let private told t fresh scalars (now: Turn) =
        Turn(t now.T, now.Lr, scalars now.Before, scalars now.After, now.ModelBefore, now.Model, FreshSlots = fresh now.FreshSlots)

    /// Each thing that is carried from step to step.
    let private ofTurn (rule: IGradientRule) =
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

    /// The same of what all parameters share.
    let private ofModel (rule: IGradientRule) =
        let at i change (s: Scalars) =
            let on j x = if i = j then change x else x
            Scalars(on 0 s.S1, on 1 s.S2, on 2 s.S3, on 3 s.S4)

        let told before after (now: Turn) =
            Turn(now.T, now.Lr, now.Before, now.After, before now.ModelBefore, after now.Model, FreshSlots = now.FreshSlots)

        [
            for i, key in Seq.indexed rule.ModelScalars do
                { none with Name = $"{key} before the first step: + 0.01"; StartModel = at i ((+) 0.01) }
                { none with Name = $"{key} after a step: 1.001 x"; Learn = fun _ -> at i times }
                { none with Name = $"{key} in the formula, before: 1.001 x"; Told = true; Now = told (at i times) id }
                { none with Name = $"{key} in the formula, after: 1.001 x"; Told = true; Now = told id (at i times) }
            if rule.ModelScalars.Count > 0 then
                { none with Name = "what all share: as it was"; Learn = fun before _ -> before }
            if rule.ModelScalars.Count > 1 then
                { none with Name = "names of what all share: exchanged"; Shared = List.rev }
        ]

    let all rule seen =
        let gradient = Kind.gradient rule
        inFormula seen @ options rule @ ofHost rule @ ofTurn gradient @ ofModel gradient
