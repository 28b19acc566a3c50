namespace Optim.Functional.Properties

open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.RoundedOperators

/// Steps over the root of a sum or an average of squares.
[<RequireQualifiedAccess>]
module internal SquareFormulas =

    /// Duchi, Hazan, Singer, JMLR 12, 2011, equation 1 with diagonal G; ε and the decaying rate are torch's.
    /// K = 1: the library takes the same operations in the same order.
    let private adagrad o x =
        let γ, η, ε, g = o?lr, o?lr_decay, o?eps, penalised o x
        let s = x.Of "sum" + g * g
        step (x.θ - γ / (1R + (x.t - 1R) * η) * (g / (sqrt s + ε))) [ "sum", s ]

    /// Zeiler, arXiv:1212.5701v1, Algorithm 1, with γ for the paper's 1.
    /// K = 1: the library takes the same operations in the same order.
    let private adadelta o x =
        let γ, ρ, ε, g = o?lr, o?rho, o?eps, penalised o x
        let v, u = x.Of "square_avg", x.Of "acc_delta"
        let v = ρ * v + Rounded.timesSquare (1R - ρ) g
        let Δ = sqrt (u + ε) / sqrt (v + ε) * g
        let u = ρ * u + Rounded.timesSquare (1R - ρ) Δ
        step (x.θ - γ * Δ) [ "square_avg", v; "acc_delta", u ]

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

    let all =
        [
            "Adagrad", { formula adagrad with Start = (fun o -> [ "sum", o?initial_accumulator_value ]); Eager = true }
            "Adadelta", formula adadelta
            "RMSprop", formula rmsprop
        ]
