/// What the papers say of the rules that divide by the gradient's past: Adagrad, Adamax, RMSprop, Adadelta.
module internal Optim.Functional.Properties.Adaptive

open Optim.Functional

let private lr case = Options.number "lr" case.Rule
let private roundingOfθ case at = Round.ulp case at.θ + Round.ulp case at.θ'

/// sum, root, ε and lr round monotonically; the quotient, a product and the law's own differences of two steps are eight roundings at most.
let private effectiveUlps = 4.0

let effectiveStep =
    Make.elementwise
        "effective step"
        "Adagrad's sum of squares never falls below itself or g², and its effective step, the move divided by g, never grows."
        "Duchi, Hazan, Singer, JMLR 12, 2011, section 1.1: the rate is lr/(sqrt(sum) + eps), and lr itself only decays."
        (Make.only [ "Adagrad" ])
        (Domain.of' NonZero)
        (fun case ->
            case
            |> Trace.fold (infinity, 0.0) (fun (last, rounding) at ->
                let grown =
                    Trace.atMost "what sum was, or g²" (at.Slot' "sum") (max (at.Slot "sum") (Round.mul case at.G at.G))

                if at.G = 0.0 then
                    grown, (last, rounding)
                else
                    let step, mine = abs (at.θ' - at.θ) / abs at.G, roundingOfθ case at / abs at.G
                    let most = last + rounding + mine + effectiveUlps * Round.ulp case last
                    grown @ Trace.atMost "effective step" most step, (step, mine)))

/// β2^k by k products with a rounded β2 is k ulps off; |g| + ε, the power of the law and its product round four times.
let private normUlps t = float t + 2.0

let infinityNorm =
    Make.elementwise
        "infinity norm"
        "Adamax's exp_inf is at least |g|, and is the largest of all |g| + eps so far, each times β2 to the power of its age."
        "Kingma, Ba, arXiv:1412.6980v9, section 7.1, equation 12; eps inside the maximum is torch's."
        (Make.only [ "Adamax" ])
        (Domain.of' Moderate)
        (fun case ->
            let (_, β2), ε = Meaning.betas case.Rule, Options.number "eps" case.Rule

            case
            |> Trace.fold 0.0 (fun last at ->
                let wanted, u = max (β2 * last) (abs at.G + ε), at.Slot' "exp_inf"

                Trace.atMost "|g|, with exp_inf as the bound," u (abs at.G)
                @ Trace.near "exp_inf" (normUlps at.T * Round.ulp case wanted) wanted u,
                wanted))

/// The moment's and the norm's; 1 - β1^t where the host's power is off by an ulp; lr, quotient, product and the law's own.
let private adamaxUlps β1 t = Geometric.averageUlps t β1 + normUlps t + 1.0 / (1.0 - β1) + 4.0

let adamaxBound =
    Make.elementwise
        "adamax bound"
        "No step is longer than lr where |g| is the largest so far, nor ever longer than lr·S(β1/β2)/S(β1), S(q) = 1 + q + ... + q^(t-1)."
        "Kingma, Ba, arXiv:1412.6980v9, section 7.1, says lr; \
        but exp_inf forgets large gradients by β2 a step, and then the first moment may lead."
        (Make.only [ "Adamax" ])
        (Domain.of' NonZero)
        (fun case ->
            let β1, β2 = Meaning.betas case.Rule

            case
            |> Trace.fold 0.0 (fun largest at ->
                let largest, S = max largest (abs at.G), Geometric.sum at.T
                let factor = if abs at.G = largest then 1.0 else S(Geometric.ratio β1 β2) / S β1
                let most = lr case * factor
                let tolerance = adamaxUlps β1 at.T * Round.ulp case most + roundingOfθ case at

                if at.Slot' "exp_inf" = 0.0 then
                    [], largest // 0/0 at eps = 0
                else
                    Trace.atMost "move" (most + tolerance) (abs (at.θ' - at.θ)), largest))

/// v is below the exact average of squares by its ulps at most, a above that of |g| by its own, twice in the square; the law rounds twice.
let private varianceUlps t α = 3.0 * Geometric.averageUlps t α + 1.0

let private averaging rule =
    if Options.number "alpha" rule <= 1.0 then rule else Options.set "alpha" 0.99 rule

let centeredVariance =
    Make.elementwise
        "centered variance"
        "With alpha in [0, 1], RMSprop's square_avg is never less than the square of grad_avg, beyond rounding."
        "Graves, arXiv:1308.0850v5, equation 40: weights that sum to 1 - α^t <= 1 give a variance. \
        torch allows alpha > 1, which is no average."
        (fun rule -> Make.only [ "RMSprop" ] rule |> Option.orElseWith (fun () -> Make.having "centered" rule))
        // An element thrown far by a variance of zero would come back as a gradient through the penalty.
        (Domain.of' Moderate |> Domain.with' (Options.set "centered" true >> averaging >> Meaning.undecayed))
        (fun case ->
            let α = Options.number "alpha" case.Rule
            let ulps = Geometric.upTo case.Gradients.Length (fun t -> varianceUlps t α)

            case
            |> Trace.steps (fun at ->
                let v, a = at.Slot' "square_avg", at.Slot' "grad_avg"
                Trace.atMost "grad_avg²" (v + ulps at.T * Round.ulp case v) (a * a)))

/// Two sums, two roots, v's three, quotient, two products and the law's own: at most sixteen roundings.
let private deltaUlps = 8.0

let adadeltaBound =
    Make.elementwise
        "adadelta bound"
        "No step is longer than lr·sqrt((acc_delta + eps)/(1 - rho)), with acc_delta as it was before the step."
        "Zeiler, arXiv:1212.5701v1, equation 14: square_avg holds (1 - rho)g² already, so the quotient of the roots is at most that."
        (Make.only [ "Adadelta" ])
        (Domain.of' NonZero)
        (fun case ->
            let ρ, ε = Options.number "rho" case.Rule, Options.number "eps" case.Rule

            case
            |> Trace.finiteSteps (fun at ->
                let most = lr case * sqrt ((at.Slot "acc_delta" + ε) / (1.0 - ρ))

                if ρ = 1.0 || at.Slot' "square_avg" + ε = 0.0 then
                    [] // nothing of g reaches square_avg; 0/0
                else
                    Trace.atMost "move" (most + deltaUlps * Round.ulp case most + roundingOfθ case at) (abs (at.θ' - at.θ))))

let all = [ effectiveStep; infinityNorm; adamaxBound; centeredVariance; adadeltaBound ]
