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
        /// Slots and scalars by torch's keys.
        Of: string -> Rounded
    }

/// One element after a step, and the scalars.
type internal Outcome = { Θ: Rounded; Slots: (string * Rounded) list; Scalars: (string * Rounded) list }

/// An optimizer's step on one element, as its paper has it and with torch's conventions.
type internal Formula =
    {
        /// How many times the bound of the paper's line the library may be off.
        K: float
        /// Slots and scalars before the first step, where they are not 0.
        Start: IRule -> (string * Rounded) list
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

    /// -g to ascend, before any decay.
    let private ascent o x = if has "maximize" o then -x.g else x.g

    /// torch's L2 penalty: g + λθ.
    let private penalised o x =
        let λ = o?weight_decay
        if Rounded.isZero λ then ascent o x else ascent o x + λ * x.θ

    let private step θ slots = { Θ = θ; Slots = slots; Scalars = [] }

    let private formula step = { K = 1.0; Start = (fun _ -> []); Step = step }

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
        }

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

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "Adadelta" -> Some(formula adadelta)
        | "Adagrad" -> Some { formula adagrad with Start = fun o -> [ "sum", o?initial_accumulator_value ] }
        | "Adam" -> Some(formula (adam (has "decoupled_weight_decay")))
        | "AdamW" -> Some(formula (adam (fun _ -> true)))
        | "Adamax" -> Some(formula adamax)
        | "ASGD" -> Some { formula asgd with Start = fun o -> [ "eta", o?lr; "mu", 1R ] }
        | "RMSprop" -> Some(formula rmsprop)
        | "Rprop" -> Some { formula rprop with Start = fun o -> [ "step_size", o?lr ] }
        | "SGD" -> Some(formula sgd)
        | _ -> None
