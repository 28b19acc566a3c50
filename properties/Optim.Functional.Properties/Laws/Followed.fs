/// Stages that follow the new parameters.
module internal Optim.Functional.Properties.Followed

open System
open Optim.Functional
open Optim.Functional.Rules

/// How many slots there can be beside the rule's own, of any shape.
let private room (rule: IRule) =
    let own = Kind.gradient rule

    [ [| 3 |]; [| 2; 2 |]; [| 2; 2; 2 |] ]
    |> List.filter (fun shape -> isNull (own.Refuses shape))
    |> List.map (fun shape -> 8 - (own.SlotsOf shape).Count)
    |> List.min

/// Some of the stages, at least one.
let drawn (random: Random) (rule: IRule) : IRule =
    let stages: IStage[] =
        [|
            Lookahead(Numbers.pick random [| 1; 2; 3 |], Numbers.pick random [| 0.5; 0.25; 0.75; 0.0; 1.0 |])
            Swa(int64 (random.Next 5), int64 (random.Next(1, 4)))
            Ema(Numbers.pick random [| 0.999; 0.5; 0.25; 0.0; 1.0 |])
        |]

    random.Shuffle stages
    stages[.. min (random.Next stages.Length) (room rule - 1)] |> Array.fold (fun rule stage -> rule.With stage) rule

/// φ + α(θ - φ) after every k-th step.
let private slow case (stage: Lookahead) step (φ: float[]) (θ: float[]) =
    if step % int64 stage.Every = 0L then
        Array.map2 (fun φ θ -> Round.lerp case φ θ stage.Alpha) φ θ
    else
        φ

/// The mean of what there was after steps start, start + every, ...; the parameters themselves before.
let private mean case (stage: Swa) step (last: float[] option) (θ: float[]) =
    let since = step - max 1L stage.Start

    match last with
    | Some a when since > 0L && since % stage.Every = 0L ->
        let n = Round.to' case (float (since / stage.Every + 1L))
        Array.map2 (fun a θ -> Round.to' case (a + Round.to' case (Round.to' case (θ - a) / n))) a θ
    | Some a when since > 0L -> a
    | _ -> θ

let private average case (stage: Ema) (last: float[] option) (θ: float[]) =
    let w = 1.0 - stage.Decay

    match last with
    | Some e when w <> 1.0 -> Array.map2 (fun e θ -> Round.lerp case e θ w) e θ
    | _ -> θ

let followed =
    Make.gradient
        "followed parameters"
        "With Lookahead, Swa and Ema a step is the rule's, bit for bit, then what the three say of its parameters; on both faces."
        "Zhang et al., arXiv:1907.08610, Algorithm 1; Izmailov et al., arXiv:1803.05407, Algorithm 1; Polyak, Juditsky, 1992."
        Unless.plan
        { Domain.of' Moderate with Around = drawn }
        (fun case ->
            let bare = Kind.rule case.Rule
            let start = Case.start case
            let trainer = Trainer.over case.Rule (Case.start case)

            let follow step (name: string) (before: float[]) (next: float[]) (slots: Map<string, float[]>) =
                let put key values (slots: Map<string, float[]>) = slots.Add($"{name}.{key}", values)
                let last key = slots.TryFind $"{name}.{key}"

                let next, slots =
                    match Kind.find<Lookahead> case.Rule with
                    | None -> next, slots
                    | Some stage ->
                        let φ = slow case stage step (last "slow" |> Option.defaultValue before) next
                        (if step % int64 stage.Every = 0L then φ else next), put "slow" φ slots

                let slots =
                    match Kind.find<Ema> case.Rule with
                    | None -> slots
                    | Some stage -> put "ema" (average case stage (last "ema") next) slots

                match Kind.find<Swa> case.Rule with
                | None -> next, slots
                | Some stage -> next, put "swa" (mean case stage step (last "swa") next) slots

            let call ((θ: Params, s: State, slots), at, step, broken) (g: Params) =
                let struct (next, s) = bare.Step(θ, g, s, 1.0, Run.scalar)

                let values, slots =
                    (([], slots), List.indexed (List.ofSeq θ.Entries))
                    ||> List.fold (fun (values, slots) (i, e) ->
                        let now = Bits.floats next[e.Key]

                        let now, slots =
                            if g.Contains e.Key then follow step e.Key (Bits.floats e.Value) now slots else now, slots

                        values @ [ struct (e.Key, Case.tensor case i now) ], slots)

                let θ = Params.Of values
                let at = Run.step Run.scalar case.Rule at g
                Trainer.step trainer g
                let wanted = Bits.whole (θ, s) @ [ for KeyValue(name, values) in slots -> name, Bits.ofFloats values ]
                let got = Bits.whole at |> List.sortBy fst

                let inPlace =
                    Bits.differences got (List.sortBy fst (Trainer.bits trainer)) |> List.map (sprintf "in place, %s")

                (θ, s, slots), at, step + 1L, broken @ Bits.differences (List.sortBy fst wanted) got @ inPlace

            (((start, bare.Init start, Map.empty), Run.init case.Rule (Case.start case), 1L, []), Case.gradients case)
            ||> List.fold call
            |> fun (_, _, _, broken) -> List.truncate 6 broken)
    |> Make.costing 2

let all = [ followed ]
