/// Schedules, and factors on what they say.
module internal Optim.Functional.Properties.Rated

open System
open Optim.Functional
open Optim.Functional.Rules

/// A schedule of each kind, with learning rates above 0.
let private single (random: Random) : ISchedule =
    let steps () = int64 (random.Next(1, 6))
    let factor () = Numbers.pick random [| 0.5; 0.25; 0.9; 2.0 |]

    match random.Next 14 with
    | 0 -> Constant(Numbers.pick random [| 0.5; 0.25 |], steps ())
    | 1 -> Linear(steps (), Numbers.pick random [| 0.25; 1.0 |], Numbers.pick random [| 0.5; 1.0 |])
    | 2 -> Exponential(factor ())
    | 3 -> StepDecay(steps (), factor ())
    | 4 -> MultiStep([ 1L; 1L + steps () ], factor ())
    | 5 -> Cosine(steps (), Numbers.pick random [| 0.01; 0.25 |])
    | 6 -> CosineWave(steps (), 0.125)
    | 7 -> WarmRestarts(steps (), random.Next(1, 3), 0.125)
    | 8 -> InverseSquareRoot(steps ())
    | 9 -> WarmupStableDecay(steps (), steps (), steps (), 0.25, random.Next 2 = 0)
    | 10 -> Lambda((fun step -> 1.0 / float (1L + step)), "1/t")
    | 11 -> Multiplicative((fun step -> if step % 2L = 0L then 0.5 else 1.5), "by turns")
    | 12 -> AnnealTo(0.25, steps (), random.Next 2 = 0)
    | _ -> Polynomial(10L, factor ())

/// One of them, or several put together.
let private schedule (random: Random) : ISchedule =
    match random.Next 5 with
    | 0 -> (single random).Then(int64 (random.Next(1, 4)), single random)
    | 1 -> (single random).With(single random)
    | 2 -> (single random).Times 0.5
    | _ -> single random

/// One learning rate at every step.
type private Fixed(lr: float) =
    interface ISchedule with
        member _.At(_, _) = lr

let drawn (random: Random) (rule: IRule) : IRule =
    let plan = rule.Schedule(schedule random)
    if random.Next 2 = 0 then plan else plan.LrFactor(Numbers.pick random [| 0.5; 4.0 |])

let rated =
    Make.gradient
        "scheduled rate"
        "With a schedule, of any kind or several put together, and a factor, a step is the rule's at the learning rate that they say of the \
        optimizer's step, bit for bit; on both faces, and wherever the run begins again."
        "A schedule is a function of the step and nothing else: so it can be resumed, joined and drawn."
        (Unless.any [ Unless.plan; Unless.rateless ])
        { Domain.of' Moderate with Around = drawn }
        (fun case ->
            let bare = Kind.rule case.Rule
            let lr = (Kind.gradient case.Rule).Lr
            let plan = case.Rule :?> Plan
            let schedule = plan.Find<ISchedule>()

            let factor =
                match plan.Find<LrFactor>() with
                | null -> 1.0
                | stage -> stage.Factor

            let trainer = Trainer.over case.Rule (Case.start case)

            let call ((θ: Params, s: State), at, t, broken) (g: Params) =
                let lr =
                    match schedule with
                    | null -> lr
                    | schedule -> factor * schedule.At(t, lr)

                let struct (θ, s) = (bare.Schedule(Fixed lr)).Step(θ, g, s, 1.0, Run.scalar)
                let at = Run.step Run.scalar case.Rule at g
                Trainer.step trainer g
                let got = Bits.whole at |> List.sortBy fst

                let inPlace =
                    Bits.differences got (List.sortBy fst (Trainer.bits trainer)) |> List.map (sprintf "in place, %s")

                (θ, s), at, t + 1L, broken @ Bits.differences (List.sortBy fst (Bits.whole (θ, s))) got @ inPlace

            ((Run.init bare (Case.start case), Run.init case.Rule (Case.start case), 0L, []), Case.gradients case)
            ||> List.fold call
            |> fun (_, _, _, broken) -> List.truncate 6 broken)
    |> Make.costing 2

let all = [ rated ]
