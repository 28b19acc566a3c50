namespace Optim.Functional.Properties

open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.RoundedOperators

/// No averages of squares: steps by the gradient, by momentum or by signs.
[<RequireQualifiedAccess>]
module internal PlainFormulas =

    /// Polyak, 1964; Sutskever et al., ICML 2013, with γ outside the buffer b; torch's first b is g.
    /// K = 1: the library takes the same operations in the same order.
    let private sgd o x =
        let γ, μ, τ, g = o?lr, o?momentum, o?dampening, penalised o x

        if Rounded.signs μ = [ 0 ] then
            step (x.θ - γ * g) []
        else
            let b = if x.Fresh then g else μ * x.Of "momentum_buffer" + (1R - τ) * g
            step (x.θ - γ * (if has "nesterov" o then g + μ * b else b)) [ "momentum_buffer", b ]

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

    /// Chen et al., arXiv:2302.06675v4, Algorithm 2.
    /// K = 1: the library takes the same operations in the same order.
    let private lion o x =
        let α, (β1, β2), λ, g = o?lr, two "betas" o, o?weight_decay, ascent o x
        let m = x.Of "exp_avg"
        let u = Rounded.bySign (β1 * m + (1R - β1) * g) (1R, 0R, -1R)
        step ((1R - α * λ) * x.θ - α * u) [ "exp_avg", β2 * m + (1R - β2) * g ]

    /// Igel, Hüsken, NC 2000, Algorithm 2 (iRprop-).
    /// K = 1: the library takes the same operations in the same order. Where g·p underflows or overflows, either branch is right.
    let private rprop o x =
        let (ηm, ηp), (δmin, δmax) = two "etas" o, two "step_sizes" o
        let g = ascent o x
        let gp = g * x.Of "prev"
        let δ = min (max (x.Of "step_size" * Rounded.bySign gp (ηp, 1R, ηm)) δmin) δmax
        let g = Rounded.bySign gp (g, g, 0R)
        step (x.θ - Rounded.bySign g (1R, 0R, -1R) * δ) [ "prev", g; "step_size", δ ]

    let all =
        [
            "SGD", { formula sgd with Counts = false }
            "ASGD", { formula asgd with Start = fun o -> [ "eta", o?lr; "mu", 1R ] }
            "Lion", { formula lion with Counts = false }
            "Rprop", { formula rprop with Start = fun o -> [ "step_size", o?lr ] }
        ]
