namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties.RoundedOperators

/// One element before a step.
type internal Situation =
    {
        /// The step to be made, 1 at the first.
        t: Rounded
        θ: Rounded
        g: Rounded
        /// Whether this step creates one of the slots.
        Fresh: bool
        /// Slots and scalars by torch's keys, also those that all parameters share.
        Of: string -> Rounded
        /// What all parameters share, after the step.
        Learned: string -> Rounded
    }

/// One element after a step, and the scalars.
type internal Outcome =
    {
        Θ: Rounded
        Slots: (string * Rounded) list
        Scalars: (string * Rounded) list
        /// What all parameters share, as far as one of them decides it.
        Shared: (string * Rounded) list
    }

/// An optimizer's step on one element, as its paper has it and with torch's conventions.
type internal Formula =
    {
        /// How many times the bound of the paper's line the library may be off.
        K: float
        /// Slots and scalars before the first step, where they are not 0.
        Start: IRule -> (string * Rounded) list
        /// What all parameters share before the first step.
        Shared: IRule -> (string * float) list
        /// Whether the state has torch's step.
        Counts: bool
        /// Whether there is state before the first gradient.
        Eager: bool
        Step: IRule -> Situation -> Outcome
    }

/// In each K the library's roundings are held against those of the line here. Common to all: a constant that is derived on the host is
/// rounded once to the element type on both sides; x·y + z rounds once in the library and twice here. The order of products and quotients is the
/// library's: where one order is exact another may not be.
[<RequireQualifiedAccess>]
module internal Formulas =

    /// An option of the rule: exact, on the host.
    let private (?) o name = Rounded.host (Options.number name o)

    /// An option that is two numbers.
    let private two name o =
        let pair = Options.get<float[]> name o
        Rounded.host pair[0], Rounded.host pair[1]

    let private has name o = Options.isOn name o

    /// β3 of Prodigy's sums, where none is given the root of β2.
    let prodigyβ3 o =
        match Options.get<System.Nullable<float>> "beta3" o with
        | β3 when β3.HasValue -> Rounded.host β3.Value
        | _ -> sqrt (snd (two "betas" o))

    /// -g to ascend, before any decay.
    let private ascent o x = if has "maximize" o then -x.g else x.g

    /// torch's L2 penalty: g + λθ.
    let private penalised o x =
        let λ = o?weight_decay
        if Rounded.isZero λ then ascent o x else ascent o x + λ * x.θ

    let private step θ slots = { Θ = θ; Slots = slots; Scalars = []; Shared = [] }

    let private formula step =
        { K = 1.0; Start = (fun _ -> []); Shared = (fun _ -> []); Counts = true; Eager = false; Step = step }

    /// Zeiler, arXiv:1212.5701v1, Algorithm 1, with γ for the paper's 1.
    /// K = 1: the library takes the same operations in the same order.
    let private adadelta o x =
        let γ, ρ, ε, g = o?lr, o?rho, o?eps, penalised o x
        let v, u = x.Of "square_avg", x.Of "acc_delta"
        let v = ρ * v + Rounded.timesSquare (1R - ρ) g
        let Δ = sqrt (u + ε) / sqrt (v + ε) * g
        let u = ρ * u + Rounded.timesSquare (1R - ρ) Δ
        step (x.θ - γ * Δ) [ "square_avg", v; "acc_delta", u ]

    /// Duchi, Hazan, Singer, JMLR 12, 2011, equation 1 with diagonal G; ε and the decaying rate are torch's.
    /// K = 1: the library takes the same operations in the same order.
    let private adagrad o x =
        let γ, η, ε, g = o?lr, o?lr_decay, o?eps, penalised o x
        let s = x.Of "sum" + g * g
        step (x.θ - γ / (1R + (x.t - 1R) * η) * (g / (sqrt s + ε))) [ "sum", s ]

    /// m + w(g - m), which is β m + w g for w = 1 - β; torch computes it so, and from g's end, g - (1 - w)(g - m), where w >= 1/2.
    /// There 1 - w is exact in w and at most w, so that the bound holds for that end too.
    let private lerp m g w = m + w * (g - m)

    /// Kingma, Ba, arXiv:1412.6980v9, Algorithm 1 with ε outside the corrected root; AMSGrad: Reddi et al., ICLR 2018, Algorithm 2, its maximum
    /// of the v that is not corrected; decoupled: Loshchilov, Hutter, arXiv:1711.05101v3, Algorithm 2, its schedule being α.
    /// K = 1: the library takes the same operations in the same order, the corrections on the host.
    let private adam isDecoupled o x =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay
        let θ, g = if isDecoupled o then (1R - α * λ) * x.θ, ascent o x else x.θ, penalised o x
        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let most = if has "amsgrad" o then max (x.Of "max_exp_avg_sq") v else v
        let root = sqrt most * (1R / sqrt (1R - β2 ** x.t))

        step
            (θ - α / (1R - β1 ** x.t) * (m / (root + ε)))
            [
                "exp_avg", m
                "exp_avg_sq", v
                if has "amsgrad" o then
                    "max_exp_avg_sq", most
            ]

    /// Kingma, Ba, arXiv:1412.6980v9, Algorithm 2, with torch's ε inside the maximum.
    /// K = 1: the library takes the same operations in the same order.
    let private adamax o x =
        let α, (β1, β2), ε, g = o?lr, two "betas" o, o?eps, penalised o x
        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let u = max (β2 * x.Of "exp_inf") (abs g + ε)
        step (x.θ - α / (1R - β1 ** x.t) * (m / u)) [ "exp_avg", m; "exp_inf", u ]

    /// Polyak, Juditsky, SIAM J. Control Optim. 30, 1992; Xu, arXiv:1107.2490, equation 4. η and μ are of the step before.
    /// K = 1: the library takes the same operations in the same order, η and μ on the host.
    let private asgd o x =
        let γ, λ, α, t0, g = o?lr, o?lambd, o?alpha, o?t0, penalised o x
        let η, μ, a = x.Of "eta", x.Of "mu", x.Of "ax"
        let θ = (1R - λ * η) * x.θ - η * g
        let mean = a + μ * (θ - a)

        {
            Θ = θ
            Slots = [ "ax", Rounded.bySign (μ - 1R) (mean, θ, mean) ]
            Scalars = [ "eta", γ / (1R + λ * γ * x.t) ** α; "mu", 1R / max 1R (x.t - t0) ]
            Shared = []
        }

    /// Liu et al., arXiv:1908.03265v4, Algorithm 2, with torch's 5 for its 4, and ε.
    /// K = 1: the library takes the same operations in the same order, ρ and r on the host.
    let private radam o x =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay

        let θ, g = if has "decoupled_weight_decay" o then (1R - α * λ) * x.θ, ascent o x else x.θ, penalised o x

        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let corrected, bc2, last = α / (1R - β1 ** x.t), 1R - β2 ** x.t, 2R / (1R - β2) - 1R
        let ρ = last - 2R * x.t * β2 ** x.t / bc2

        let r = sqrt ((ρ - 4R) * (ρ - 2R) * last / ((last - 4R) * (last - 2R) * ρ)) * sqrt bc2

        let plain = θ - corrected * m

        step (Rounded.bySign (ρ - 5R) (θ - corrected * r * (m / (sqrt v + ε)), plain, plain)) [ "exp_avg", m; "exp_avg_sq", v ]

    /// Tieleman, Hinton, Lecture 6.5, 2012; centered: Graves, arXiv:1308.0850v5, equations 38 to 45, with torch's ε outside the root.
    /// K = 1: the library takes the same operations in the same order.
    let private rmsprop o x =
        let γ, α, ε, μ, g = o?lr, o?alpha, o?eps, o?momentum, penalised o x
        let isCentered, hasMomentum = has "centered" o, Rounded.signs μ = [ 1 ]
        let v = α * x.Of "square_avg" + Rounded.timesSquare (1R - α) g
        let a = lerp (x.Of "grad_avg") g (1R - α)
        let d = g / (sqrt (if isCentered then v - a * a else v) + ε)
        let b = if hasMomentum then μ * x.Of "momentum_buffer" + d else d

        step
            (x.θ - γ * b)
            [
                "square_avg", v
                if isCentered then
                    "grad_avg", a
                if hasMomentum then
                    "momentum_buffer", b
            ]

    /// Igel, Hüsken, NC 2000, Algorithm 2 (iRprop-).
    /// K = 1: the library takes the same operations in the same order. Where g·p underflows or overflows, either branch is right.
    let private rprop o x =
        let (ηm, ηp), (δmin, δmax) = two "etas" o, two "step_sizes" o
        let g = ascent o x
        let gp = g * x.Of "prev"
        let δ = min (max (x.Of "step_size" * Rounded.bySign gp (ηp, 1R, ηm)) δmin) δmax
        let g = Rounded.bySign gp (g, g, 0R)
        step (x.θ - Rounded.bySign g (1R, 0R, -1R) * δ) [ "prev", g; "step_size", δ ]

    /// Polyak, 1964; Sutskever et al., ICML 2013, with γ outside the buffer b; torch's first b is g.
    /// K = 1: the library takes the same operations in the same order.
    let private sgd o x =
        let γ, μ, τ, g = o?lr, o?momentum, o?dampening, penalised o x

        if Rounded.signs μ = [ 0 ] then
            step (x.θ - γ * g) []
        else
            let b = if x.Fresh then g else μ * x.Of "momentum_buffer" + (1R - τ) * g
            step (x.θ - γ * (if has "nesterov" o then g + μ * b else b)) [ "momentum_buffer", b ]

    /// Chen et al., arXiv:2302.06675v4, Algorithm 2.
    /// K = 1: the library takes the same operations in the same order.
    let private lion o x =
        let α, (β1, β2), λ, g = o?lr, two "betas" o, o?weight_decay, ascent o x
        let m = x.Of "exp_avg"
        let u = Rounded.bySign (β1 * m + (1R - β1) * g) (1R, 0R, -1R)
        step ((1R - α * λ) * x.θ - α * u) [ "exp_avg", β2 * m + (1R - β2) * g ]

    /// Dozat, ICLR workshop 2016, Algorithm 8, its schedule of μ being torch's.
    /// K = 1: the library takes the same operations in the same order, the corrections and the product of μ on the host.
    let private nadam o x =
        let α, (β1, β2), ε, λ, ψ = o?lr, two "betas" o, o?eps, o?weight_decay, o?momentum_decay
        let isDecoupled = has "decoupled_weight_decay" o
        let θ, g = if isDecoupled then (1R - α * λ) * x.θ, ascent o x else x.θ, penalised o x
        let μ t = β1 * (1R - Rounded.host 0.5 * Rounded.host 0.96 ** (t * ψ))
        let now, next = μ x.t, μ (x.t + 1R)
        let Π = x.Of "mu_product" * now
        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let d = sqrt (v * (1R / (1R - β2 ** x.t))) + ε
        let u = α * next / (1R - Π * next) * (m / d) + α * (1R - now) / (1R - Π) * (g / d)

        { Θ = θ - u; Slots = [ "exp_avg", m; "exp_avg_sq", v ]; Scalars = [ "mu_product", Π ]; Shared = [] }

    /// Kingma, Ba, arXiv:1412.6980v9, section 2's order: ε outside the correction.
    /// K = 1: the library takes the same operations in the same order.
    let private sparseAdam o x =
        let α, (β1, β2), ε, g = o?lr, two "betas" o, o?eps, ascent o x
        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let v = { lerp (x.Of "exp_avg_sq") (g * g) (1R - β2) with Positive = true }
        step (x.θ - α * sqrt (1R - β2 ** x.t) / (1R - β1 ** x.t) * (m / (sqrt v + ε))) [ "exp_avg", m; "exp_avg_sq", v ]

    /// Defazio et al., arXiv:2405.15682v4, Algorithm 1, with the authors' weights; θ is y.
    /// K = 1: the library takes the same operations in the same order, the weights on the host.
    let private scheduleFree o x =
        let α, (β1, β2), ε, λ, μ = o?lr, two "betas" o, o?eps, o?weight_decay, o?inner_momentum
        let k, warm, g = x.Of "k", Rounded.host (float (Options.get<int> "warmup_steps" o)), ascent o x
        let α = Rounded.bySign (warm - k) (α * ((k + 1R) / warm), α, α)
        let most = max (x.Of "lr_max") α
        let weight = (k + 1R) ** o?r * most ** o?weight_lr_power
        let sum = x.Of "weight_sum" + weight
        let c = if Rounded.isZero sum then 0R else weight / sum
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let hasMomentum = Rounded.signs μ = [ 1 ]
        let m = μ * x.Of "exp_avg" + (1R - μ) * g
        let g = if hasMomentum then 1R / (1R - μ ** (k + 1R)) * m else g
        let u = λ * x.θ + g / (sqrt (v * (1R / (1R - β2 ** (k + 1R)))) + ε)

        {
            Θ = α * (β1 * (1R - c) - 1R) * u + lerp x.θ (x.Of "z") c
            Slots =
                [
                    "z", x.Of "z" - α * u
                    "exp_avg_sq", v
                    if hasMomentum then
                        "exp_avg", m
                ]
            Scalars = []
            Shared = [ "k", k + 1R; "weight_sum", sum; "lr_max", most ]
        }

    /// Mishchenko, Defazio, arXiv:2306.06101v4, Algorithm 4, in the authors' form. d is what the library has, before and after: see 'learned distance'.
    /// K = 1: the library takes the same operations in the same order.
    let private prodigy o x =
        let α, (β1, β2), ε, λ, d0 = o?lr, two "betas" o, o?eps, o?weight_decay, o?d0
        let isDecoupled, d, k = has "decouple" o, x.Of "d", x.Of "k"
        let g = if isDecoupled then ascent o x else penalised o x
        let hasFirst = Rounded.signs β1 = [ 1 ]

        let slots s v m =
            step
                x.θ
                [
                    "p0", x.Of "p0"
                    "s", s
                    "exp_avg_sq", v
                    if hasFirst then
                        "exp_avg", m
                ]

        if Rounded.isZero α then
            slots (x.Of "s") (x.Of "exp_avg_sq") (x.Of "exp_avg")
        else
            let corrected =
                if has "use_bias_correction" o then sqrt (1R - β2 ** (k + 1R)) / (1R - β1 ** (k + 1R)) else 1R

            let δ = d * α * corrected
            let moves = Rounded.signs (x.Learned "k" - k) = [ 1 ]
            let β3 = prodigyβ3 o
            let s = β3 * x.Of "s" + d / d0 * (if has "safeguard_warmup" o then d else δ) * g
            let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (d * d * (1R - β2)) g
            let m = β1 * x.Of "exp_avg" + d * (1R - β1) * g
            let next = x.Learned "d"
            let u = (if hasFirst then m else g) / (sqrt v + next * ε)
            let δ = if moves then δ else 0R
            let by = if hasFirst then δ else δ * next
            { slots s v m with Θ = (if isDecoupled then 1R - δ * λ else 1R) * x.θ - by * u }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "Adadelta" -> Some(formula adadelta)
        | "Adagrad" -> Some { formula adagrad with Start = (fun o -> [ "sum", o?initial_accumulator_value ]); Eager = true }
        | "Adam" -> Some(formula (adam (has "decoupled_weight_decay")))
        | "AdamW" -> Some(formula (adam (fun _ -> true)))
        | "Adamax" -> Some(formula adamax)
        | "ASGD" -> Some { formula asgd with Start = fun o -> [ "eta", o?lr; "mu", 1R ] }
        | "Lion" -> Some { formula lion with Counts = false }
        | "NAdam" -> Some { formula nadam with Start = fun _ -> [ "mu_product", 1R ] }
        | "Prodigy" ->
            Some
                { formula prodigy with
                    Shared = fun o -> let d0 = Options.number "d0" o in [ "d", d0; "d_max", d0; "d_numerator", 0.0; "k", 0.0 ]
                }
        | "RAdam" -> Some(formula radam)
        | "RMSprop" -> Some(formula rmsprop)
        | "Rprop" -> Some { formula rprop with Start = fun o -> [ "step_size", o?lr ] }
        | "ScheduleFreeAdamW" -> Some { formula scheduleFree with Shared = (fun _ -> [ "k", 0.0; "weight_sum", 0.0; "lr_max", 0.0 ]); Counts = false }
        | "SGD" -> Some { formula sgd with Counts = false }
        | "SparseAdam" -> Some(formula sparseAdam)
        | _ -> None
