namespace Optim.Functional

open System.Runtime.CompilerServices
open Optim.Functional.Rules

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Optim =

    let inline packing (lift: ^l) (θ: ^θ) : Packing< ^θ > = ((^l or ^θ): (static member Packing: ^l * ^θ -> Packing< ^θ >) (lift, θ))

    let initAs (packing: Packing<'θ>) (rule: IRule) θ = rule.Init(packing.Pack θ)

    let stepUsing (how: Execution) donate (packing: Packing<'θ>) (rule: IRule) (θ: 'θ, g: 'θ, s: State) =
        let struct (θ', s') = rule.Step(packing.Pack θ, packing.Pack g, s, how = how, donate = donate)

        packing.Unpack θ', s'

    let stepAs packing rule (θ: 'θ, g: 'θ, s: State) = stepUsing Execution.Default false packing rule (θ, g, s)

    let runAs packing (rule: IRule) (gradient: 'θ -> 'θ) steps (θ: 'θ, s: State) =
        let struct (θ', s') = rule.Run((packing.Unpack >> gradient >> packing.Pack), steps, packing.Pack θ, s)
        packing.Unpack θ', s'

    let runOverAs packing (over: ProcessGroup) (rule: IRule) (gradient: 'θ -> 'θ) steps (θ: 'θ, s: State) =
        let struct (θ', s') =
            rule.Run((packing.Unpack >> gradient >> packing.Pack), steps, packing.Pack θ, s, over = over)

        packing.Unpack θ', s'

    let meanAs (packing: Packing<'θ>) (over: ProcessGroup) (g: 'θ) = packing.Unpack(over.Mean(packing.Pack g))

    let stepWithAs packing (rule: IRule) (f: 'θ -> float * 'θ) (θ: 'θ, s: State) =
        let evaluate θ =
            let loss, g = f (packing.Unpack θ)
            struct (loss, packing.Pack g)

        let struct (θ', s', loss) = rule.Step(evaluate, packing.Pack θ, s)
        packing.Unpack θ', s', loss

    let viewAs packing (rule: IRule) (θ: 'θ, s: State) = packing.Unpack(rule.View(packing.Pack θ, s))

    let observeAs packing (rule: IRule) (θ: 'θ, g: 'θ, s: State) = rule.Observe(packing.Pack θ, packing.Pack g, s)

    let loadAs (packing: Packing<'θ>) (rule: IRule) (saved: StateDict) θ =
        let struct (s, _) = rule.Load(saved, packing.Pack θ)
        s

    let inline init rule (θ: ^θ) = initAs (packing Lift θ) rule θ

    let inline step rule (θ: ^θ, g: ^θ, s: State) = stepAs (packing Lift θ) rule (θ, g, s)

    let inline stepOn how rule (θ: ^θ, g: ^θ, s: State) = stepUsing how false (packing Lift θ) rule (θ, g, s)

    let inline stepDonating rule (θ: ^θ, g: ^θ, s: State) = stepUsing Execution.Default true (packing Lift θ) rule (θ, g, s)

    let inline run rule (gradient: ^θ -> ^θ) steps (θ: ^θ, s: State) = runAs (packing Lift θ) rule gradient steps (θ, s)

    let inline runOver over rule (gradient: ^θ -> ^θ) steps (θ: ^θ, s: State) = runOverAs (packing Lift θ) over rule gradient steps (θ, s)

    let inline mean over (g: ^θ) = meanAs (packing Lift g) over g

    let inline stepWith rule (f: ^θ -> float * ^θ) (θ: ^θ, s: State) = stepWithAs (packing Lift θ) rule f (θ, s)

    let inline view rule (θ: ^θ, s: State) = viewAs (packing Lift θ) rule (θ, s)

    let inline observe rule (θ: ^θ, g: ^θ, s: State) = observeAs (packing Lift θ) rule (θ, g, s)

    let save (s: State) = s.ToStateDict()

    let inline load rule saved (θ: ^θ) = loadAs (packing Lift θ) rule saved θ

    let plan (rule: IRule) = Plan.Of rule

    // Not inlined: a trimmer is to see that what is reflected over is the type of an IRule.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private withOption name (value: obj) (rule: IRule) = RuleInfo.Of(rule.GetType()).With(rule, name, value)

    let betas (betas: float * float) (rule: 'rule) : 'rule :> IRule =
        match rule :> IRule with
        | :? Plan as plan -> plan.Around(withOption "betas" betas plan.Rule) |> box |> unbox
        | rule -> withOption "betas" betas rule |> box |> unbox

    let clipNorm (maxNorm: float) (rule: IRule) = rule.ClipNorm maxNorm

    let onNonFinite (reaction: NonFinite) (rule: IRule) = rule.OnNonFinite reaction

    let lossScale (scale: float) (rule: IRule) = rule.LossScale scale

    let schedule (schedule: ISchedule) (rule: IRule) = rule.Schedule schedule

    let cautious (rule: IRule) = rule.Cautious()

    let cautiousWeightDecay (weightDecay: float) (rule: IRule) = rule.CautiousWeightDecay weightDecay

    let hyperball (rule: IRule) = rule.Hyperball()

    let flushDenormals (rule: IRule) = rule.FlushDenormals()

    let ema (decay: float) (rule: IRule) = rule.Ema decay

    let swa (start: int64) (every: int64) (rule: IRule) = rule.Swa(start, every)

    let lookahead (every: int) (alpha: float) (rule: IRule) = rule.Lookahead(every, alpha)

    let accumulate (steps: int) (rule: IRule) = rule.Accumulate steps

    let centralize (rule: IRule) = rule.Centralize()

    let clipRows (clipping: float) (rule: IRule) = rule.ClipRows clipping

    let clipValue (value: float) (rule: IRule) = rule.ClipValue value

    let noise (eta: float) (seed: int64) (rule: IRule) = rule.Noise(eta, seed = seed)

    let freeze (where: Select) (rule: IRule) = rule.Freeze where

    let lrFactor (where: Select) (factor: float) (rule: IRule) = rule.LrFactor(where, factor)

    let layerwiseLr (decay: float) (layers: string list) (rule: IRule) = rule.LayerwiseLr(decay, Array.ofList layers)

    let forSome (where: Select) (other: IRule) (rule: IRule) = rule.For(where, other)
