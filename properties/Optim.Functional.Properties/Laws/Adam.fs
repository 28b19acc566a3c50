/// What Kingma and Ba say of Adam, and what makes AdamW and AMSGrad of it.
module internal Optim.Functional.Properties.Adam

open System
open Optim.Functional
open Optim.Functional.Rules

let private adam = Make.only [ "Adam"; "AdamW" ]

/// Long enough that β2 = 0.9 forgets, and that a correction by a wrong power shows.
let private horizon = 64

/// How many elements of a parameter a long path is followed for.
let private followed = 8

/// The moments' own ulps; 1 - β^t, where the host's β^t is off by an ulp, adds β^t/(1 - β^t) < 1/(1 - β); the step's other operations
/// (lr, root, reciprocal root, quotient, two products, ε) and the law's round less than sixteen times.
let private stepUlps rule n =
    let β1, β2 = Meaning.betas rule
    let corrected t β = Geometric.averageUlps t β + 1.0 / (1.0 - β)
    Geometric.upTo n (fun t -> corrected t β1 + corrected t β2 + 8.0)

let private fromZero gradients case =
    { case with Start = case.Start |> List.map (Array.map (fun _ -> 0.0)); Gradients = gradients }

/// θ' rounds once, and θ before it once or twice where decay multiplies it.
let private roundingOfθ case at decay = Round.ulp case at.θ' + 2.0 * Round.ulp case (at.θ * (1.0 + decay))

let biasCorrection =
    Make.elementwise
        "bias correction"
        "With a constant gradient the corrected moments are g and g² at every step, and each step is lr·g/(|g| + eps)."
        "Kingma, Ba, arXiv:1412.6980v9, section 3: the correction undoes the start from zero."
        adam
        (Domain.of' Moderate |> Domain.with' Meaning.undecayed)
        (fun case ->
            let case = case |> fromZero (List.replicate horizon case.Gradients.Head)

            let (β1, β2), lr, ε =
                Meaning.betas case.Rule, Options.number "lr" case.Rule, Options.number "eps" case.Rule

            let known f = Geometric.upTo horizon f
            let sum1, sum2 = known (fun t -> Geometric.sum t β1), known (fun t -> Geometric.sum t β2)

            let ulps1, ulps2 =
                known (fun t -> Geometric.averageUlps t β1), known (fun t -> Geometric.averageUlps t β2)

            let ulps = stepUlps case.Rule horizon

            case
            |> Trace.few followed
            |> Trace.finiteSteps (fun at ->
                let m, v = at.G * (1.0 - β1) * sum1 at.T, at.G * at.G * (1.0 - β2) * sum2 at.T
                let Δ = -lr * at.G / (abs at.G + ε)

                Trace.near "exp_avg" (ulps1 at.T * Round.ulp case m) m (at.Slot' "exp_avg")
                @ Trace.near "exp_avg_sq" (ulps2 at.T * Round.ulp case v) v (at.Slot' "exp_avg_sq")
                @ if at.G = 0.0 then
                      [] // 0/0 at eps = 0
                  else
                      Trace.near "move" (ulps at.T * Round.ulp case Δ + roundingOfθ case at 0.0) Δ (at.θ' - at.θ)))

/// 1 - β1, m, its product and the step's α; 1 - β2, its two products and the root of half their error; the reciprocal root, two products,
/// the quotient and θ: less than sixteen roundings.
let private firstStepUlps = 8.0

let firstStep =
    Make.elementwise
        "first step"
        "At eps = 0 and without decay, the first step of every element is lr·sign(g)."
        "Kingma, Ba, arXiv:1412.6980v9, section 2.1: the corrected moments are g and g² itself."
        (fun rule -> adam rule |> Option.orElseWith (fun () -> Make.having "eps" rule))
        (Domain.of' NonZero |> Domain.with' (Meaning.undecayed >> Options.set "eps" 0.0))
        (fun case ->
            let lr = Options.number "lr" case.Rule

            case
            |> fromZero [ case.Gradients.Head ]
            |> Trace.steps (fun at ->
                let wanted = -lr * float (sign at.G)
                Trace.near "parameter" (firstStepUlps * Round.ulp case wanted) wanted at.θ'))

let bound =
    Make.elementwise
        "step bound"
        "No step is longer than lr·sqrt(S(β1²/β2)·S(β2))/S(β1), where S(q) = 1 + q + ... + q^(t-1), whatever the gradients."
        "Cauchy-Schwarz on the corrected moments; attained by gradients that grow by β2/β1. The bounds of Kingma and Ba: see 'sparse step'."
        adam
        (Domain.of' NonZero)
        (fun case ->
            let (β1, β2), lr = Meaning.betas case.Rule, Options.number "lr" case.Rule
            let decay = if Meaning.decoupled case.Rule then lr * Options.number "weight_decay" case.Rule else 0.0
            let steps = case.Gradients.Length
            let ulps = stepUlps case.Rule steps

            let most =
                Geometric.upTo steps (fun t ->
                    let S = Geometric.sum t
                    if lr = 0.0 then 0.0 else lr * sqrt (S(Geometric.ratio (β1 * β1) β2) * S β2) / S β1)

            case
            |> Trace.finiteSteps (fun at ->
                let most = most at.T
                let Δ = abs (at.θ' - Round.to' case (1.0 - decay) * at.θ)

                if at.Slot' "exp_avg_sq" = 0.0 then
                    [] // 0/0 at eps = 0
                else
                    Trace.atMost "move" (most + ulps at.T * Round.ulp case most + roundingOfθ case at decay) Δ))

/// In place of 0, so that steps of zeros are 0 and not 0/0.
let private negligible = 1e-30

let sparseStep =
    Make.elementwise
        "sparse step"
        "After gradients of zero only, a step is at most lr·(1-β1)/sqrt(1-β2) where 1-β1 > sqrt(1-β2), and lr otherwise."
        "Kingma, Ba, arXiv:1412.6980v9, section 2.1, the most severe case of sparsity; a growing gradient may pass both (see 'step bound')."
        adam
        (Domain.of' NonZero |> Domain.with' (Meaning.undecayed >> Options.setIf "eps" negligible))
        (fun case ->
            let case = Trace.few followed case
            let (β1, β2), lr = Meaning.betas case.Rule, Options.number "lr" case.Rule
            let most = lr * max 1.0 ((1.0 - β1) / sqrt (1.0 - β2))
            let zeros = case.Gradients.Head |> List.map (Option.map (Array.map (fun _ -> 0.0)))

            [ 0; 1; 9; 50 ]
            |> List.collect (fun quiet ->
                let ulps = stepUlps case.Rule (quiet + 1)

                case
                |> fromZero (List.replicate quiet zeros @ [ case.Gradients.Head ])
                |> Trace.steps (fun at -> Trace.atMost "move" (most + ulps at.T * Round.ulp case most) (abs at.θ'))))

let amsgrad =
    Make.elementwise
        "amsgrad"
        "AMSGrad's max_exp_avg_sq never falls and is never below exp_avg_sq: it is the larger of its last value and that."
        "Reddi, Kale, Kumar, ICLR 2018, Algorithm 2: so that the step sizes never grow."
        (fun rule -> adam rule |> Option.orElseWith (fun () -> Make.having "amsgrad" rule))
        (Domain.of' Finite |> Domain.with' (Options.set "amsgrad" true))
        (Trace.finiteSteps (fun at ->
            Trace.equal "max_exp_avg_sq" (Math.Max(at.Slot "max_exp_avg_sq", at.Slot' "exp_avg_sq")) (at.Slot' "max_exp_avg_sq")))

let adamIsAdamW =
    Make.elementwise
        "adam is adamw"
        "Without decay Adam and AdamW are one: parameters and state are, bit for bit, those of the library's other one."
        "Loshchilov, Hutter, arXiv:1711.05101v3, Algorithm 2: the two differ in where the decay stands, in nothing else."
        (Make.ours [ "Adam"; "AdamW" ])
        (Domain.any |> Domain.with' Meaning.undecayed)
        (fun case ->
            let other = Registry.Find(if case.Rule.Name = "Adam" then "AdamW" else "Adam")

            let options =
                [
                    for o in Options.all case.Rule do
                        if other.Options |> Seq.exists (fun known -> known.Name = o.Key) then
                            o.Key, o.Value
                ]

            let rule = Options.set "weight_decay" 0.0 (other.Create(readOnlyDict options))
            Bits.differences (Run.bits Run.scalar { case with Rule = rule }) (Run.bits Run.scalar case))

let all = [ biasCorrection; firstStep; bound; sparseStep; amsgrad; adamIsAdamW ]
