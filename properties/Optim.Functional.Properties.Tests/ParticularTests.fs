module Optim.Functional.Properties.Tests.ParticularTests

open System
open FsCheck.FSharp
open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

/// A formula with a mistake in it.
type internal Formula<'R> =
    abstract Step<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> :
        rule: 'R * now: Turn * θ: 'L * g: 'L * s: byref<Slots<'L>> -> 'L

/// It, and what it is a formula of.
[<AllowNullLiteral>]
type internal Mistake<'R>(formula: Formula<'R>, rule: 'R) =
    member _.Formula = formula
    member _.Rule = rule

/// It, bound to one step, with as many slots as two flags count in binary.
[<Struct; NoEquality; NoComparison>]
type internal Bound<'One, 'Two, 'R, 'L
    when 'One :> IFlag and 'Two :> IFlag and 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        Of: Mistake<'R>
        Now: Turn
    }

    interface IFormula<'L> with
        static member SlotCount = (if 'One.Set then 1 else 0) + (if 'Two.Set then 2 else 0)

        member k.Update(θ, g, s) = k.Of.Formula.Step(k.Of.Rule, k.Now, θ, g, &s)

        member _.Apply(_, u) = u

/// One of the library's rules by name, options and state, and mistaken in its formula.
type internal Mistaken<'R when 'R :> IElementwiseRule>(rule: 'R, formula: Formula<'R>) =
    let inner, of' = rule :> IElementwiseRule, Mistake(formula, rule)

    interface IAround with
        member _.Inner = inner
        member _.Around other = Mistaken(unbox<'R> other, formula)

    interface IElementwiseRule with
        member _.Name = inner.Name
        member _.Slots = inner.Slots
        member _.First(slot, lr) = inner.First(slot, lr)
        member _.Lr = inner.Lr
        member _.Scalars = inner.Scalars
        member _.CountsSteps = inner.CountsSteps
        member _.EagerState = inner.EagerState
        member _.WeightDecay = inner.WeightDecay
        member _.Maximize = inner.Maximize
        member _.Start lr = inner.Start lr
        member _.After now = inner.After &now

        member _.Bind<'L, 'U
            when 'L: struct
            and 'L: (new: unit -> 'L)
            and 'L :> ValueType
            and 'L :> ILane<'L>
            and 'U: struct
            and 'U: (new: unit -> 'U)
            and 'U :> ValueType
            and 'U :> IUse<'L>>
            (now: inref<Turn>, use': byref<'U>)
            =
            match inner.Slots.Count with
            | 0 ->
                let at: Bound<Off, Off, 'R, 'L> = { Of = of'; Now = now }
                use'.Run &at
            | 1 ->
                let at: Bound<On, Off, 'R, 'L> = { Of = of'; Now = now }
                use'.Run &at
            | 2 ->
                let at: Bound<Off, On, 'R, 'L> = { Of = of'; Now = now }
                use'.Run &at
            | _ ->
                let at: Bound<On, On, 'R, 'L> = { Of = of'; Now = now }
                use'.Run &at

/// A constant of the same lane.
let inline private like (_: 'L) x : 'L = Lane.constant x

/// x·y, where two operators in a row leave the compiler without a type.
let inline private product (x: 'L) (y: 'L) : 'L :> ILane<'L> = x * y

/// Adam that corrects m but not v, and whose AMSGrad forgets the largest v.
let private uncorrected =
    { new Formula<Adam> with
        member _.Step(rule, now, θ, g, s) =
            s.S1 <- Lane.lerp s.S1 g (like g (1.0 - rule.Beta1))
            s.S2 <- Lane.fma (like g rule.Beta2) s.S2 (product g (product g (like g (1.0 - rule.Beta2))))
            s.S3 <- s.S2
            let α = -rule.Lr / (1.0 - Math.Pow(rule.Beta1, float now.T))
            Lane.fma (like g α) (s.S1 / (Lane.sqrt s.S2 + like g rule.Eps)) θ
    }

/// Adagrad that forgets, and adds an ε of its own to that of the options.
let private forgetful =
    { new Formula<Adagrad> with
        member _.Step(rule, _, θ, g, s) =
            s.S1 <- Lane.fma g g (like g 0.5 * s.S1)
            Lane.fma (like g -rule.Lr) (g / (Lane.sqrt s.S1 + like g (rule.Eps + 1e-3))) θ
    }

/// Adamax with g where |g| belongs.
let private signed =
    { new Formula<Adamax> with
        member _.Step(rule, now, θ, g, s) =
            s.S1 <- Lane.lerp s.S1 g (like g (1.0 - rule.Beta1))
            s.S2 <- Lane.max (like g rule.Beta2 * s.S2) (g + like g rule.Eps)
            Lane.fma (like g (-rule.Lr / (1.0 - Math.Pow(rule.Beta1, float now.T)))) (s.S1 / s.S2) θ
    }

/// RMSprop whose grad_avg is the last gradient.
let private unaveraged =
    { new Formula<RMSprop> with
        member _.Step(rule, _, θ, g, s) =
            s.S1 <- Lane.fma (like g rule.Alpha) s.S1 (product g (product g (like g (1.0 - rule.Alpha))))
            s.S2 <- g
            Lane.fma (like g -rule.Lr) (g / (Lane.sqrt s.S1 + like g rule.Eps)) θ
    }

/// Adadelta with ε beside the roots, and square_avg as it was before the step.
let private late =
    { new Formula<Adadelta> with
        member _.Step(rule, _, θ, g, s) =
            let ρ, ρc, ε = like g rule.Rho, like g (1.0 - rule.Rho), like g rule.Eps
            let Δ = product g (Lane.sqrt s.S2 + ε) / (Lane.sqrt s.S1 + ε)
            s.S1 <- Lane.fma ρ s.S1 (product ρc (product g g))
            s.S2 <- Lane.fma ρ s.S2 (product ρc (product Δ Δ))
            Lane.fma (like g -rule.Lr) Δ θ
    }

/// ASGD that averages θ as it was before the step.
let private stale =
    { new Formula<ASGD> with
        member _.Step(rule, now, θ, g, s) =
            s.S1 <- Lane.fma (like g now.Before.S2) (θ - s.S1) s.S1
            Lane.fma (like g -now.Before.S1) g (product θ (like g (1.0 - rule.Lambd * now.Before.S1)))
    }

/// Rprop that moves by g, and whose step sizes never shrink.
let private proportional =
    { new Formula<Rprop> with
        member _.Step(rule, _, θ, g, s) =
            s.S2 <- Lane.min (s.S2 * like g rule.EtaPlus) (like g rule.StepSizeMax)
            s.S1 <- g
            θ - g * s.S2
    }

/// SGD that dampens the first step too, rounds twice, and looks ahead without μ.
let private dampened =
    { new Formula<SGD> with
        member _.Step(rule, _, θ, g, s) =
            let τc = like g (0.9 - rule.Dampening)
            s.S1 <- Lane.fma (like g rule.Momentum) s.S1 (τc * g)
            let b = if rule.Momentum = 0.0 then g else s.S1
            θ - like g rule.Lr * (if rule.Nesterov then b + g else b)
    }

let private of' (formula: Formula<'R>) (rule: IRule) : IRule = Mistaken(unbox<'R> rule, formula)

let private mistakes: (string * string list * (IRule -> IRule)) list =
    [
        "Adam", [ "bias correction"; "first step"; "step bound"; "sparse step"; "amsgrad"; "adam is adamw" ], of' uncorrected
        "Adagrad", [ "effective step"; "scale" ], of' forgetful
        "Adamax", [ "infinity norm"; "adamax bound" ], of' signed
        "RMSprop", [ "centered variance" ], of' unaveraged
        "Adadelta", [ "adadelta bound"; "units" ], of' late
        "ASGD", [ "mean of iterates" ], of' stale
        "Rprop", [ "step sizes"; "sign only" ], of' proportional
        "SGD", [ "plain descent"; "first momentum"; "nesterov"; "dampening"; "full dampening" ], of' dampened
    ]

let cases =
    TheoryData<string, string>(
        [
            for rule, laws, _ in mistakes do
                for law in laws -> struct (rule, law)
        ]
    )

[<Theory; MemberData(nameof cases)>]
let ``a mistaken formula breaks the law`` (rule: string) (law: string) =
    let _, _, mistaken = mistakes |> List.find (fun (name, _, _) -> name = rule)
    let line = Subject.ofLine (Registry.Find rule)
    let subject = { line with Rule = mistaken line.Rule; Rules = Gen.map mistaken line.Rules }

    match (Law.find law).Check Tally.Settings subject with
    | Verdict.Broken counterexample -> Assert.All(counterexample.Violations, fun line -> Assert.DoesNotContain("Exception", line))
    | verdict -> Assert.Fail $"'{law}' says {verdict} of a mistaken {rule}."
