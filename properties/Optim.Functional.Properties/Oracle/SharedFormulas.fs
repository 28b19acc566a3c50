namespace Optim.Functional.Properties

open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.RoundedOperators

/// Formulas with numbers that all parameters share.
[<RequireQualifiedAccess>]
module internal SharedFormulas =

    /// Defazio et al., arXiv:2405.15682v4, Algorithm 1, with the authors' weights; θ is y: what all share, and the move along u.
    let private freeMean o x β slots =
        let α, k, warm = o?lr, x.Of "k", Rounded.host (float (Options.get<int> "warmup_steps" o))
        let α = Rounded.bySign (warm - k) (α * ((k + 1R) / warm), α, α)
        let most = max (x.Of "lr_max") α
        let weight = (k + 1R) ** o?r * most ** o?weight_lr_power
        let sum = x.Of "weight_sum" + weight
        let c = if Rounded.isZero sum then 0R else weight / sum

        fun u ->
            {
                Θ = α * (β * (1R - c) - 1R) * u + lerp x.θ (x.Of "z") c
                Slots = ("z", x.Of "z" - α * u) :: slots
                Scalars = []
                Shared = [ "k", k + 1R; "weight_sum", sum; "lr_max", most ]
            }

    /// K = 1: the library takes the same operations in the same order, the weights on the host.
    let private scheduleFreeAdamW o x =
        let (β1, β2), ε, λ, μ, k, g =
            two "betas" o, o?eps, o?weight_decay, o?inner_momentum, x.Of "k", ascent o x

        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let hasMomentum = Rounded.signs μ = [ 1 ]
        let m = μ * x.Of "exp_avg" + (1R - μ) * g
        let g = if hasMomentum then 1R / (1R - μ ** (k + 1R)) * m else g
        let u = λ * x.θ + g / (sqrt (v * (1R / (1R - β2 ** (k + 1R)))) + ε)

        freeMean
            o
            x
            β1
            [
                "exp_avg_sq", v
                if hasMomentum then
                    "exp_avg", m
            ]
            u

    /// K = 1: the library takes the same operations in the same order, the weights on the host.
    let private scheduleFreeSGD o x = freeMean o x o?momentum [] (penalised o x)

    /// Xie et al., arXiv:2208.06677v5, Algorithm 1, its β being 1 - β; t is what all parameters share.
    /// K = 1: the library takes the same operations in the same order, corrections and decay on the host.
    let private adan o x =
        let α, ε, λ, g, t = o?lr, o?eps, o?weight_decay, ascent o x, x.Of "step" + 1R
        let betas = Options.get<float[]> "betas" o |> Array.map Rounded.host
        let β1, β2, β3 = betas[0], betas[1], betas[2]
        let δ = if x.Fresh then 0R * g else g + x.Of "neg_pre_grad"
        let m = β1 * x.Of "exp_avg" + (1R - β1) * g
        let v = β2 * x.Of "exp_avg_diff" + (1R - β2) * δ
        let n = β3 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β3) (g + β2 * δ)
        let ahead = 1R / (1R - β1 ** t) * m + β2 / (1R - β2 ** t) * v
        let u = ahead / (sqrt n * (1R / sqrt (1R - β3 ** t)) + ε)
        let isProximal = not (has "no_prox" o)
        let κ = if isProximal then 1R / (1R + α * λ) else 1R

        {
            Θ = (if isProximal then κ else 1R - α * λ) * x.θ - α * κ * u
            Slots = [ "exp_avg", m; "exp_avg_diff", v; "exp_avg_sq", n; "neg_pre_grad", -g ]
            Scalars = []
            Shared = [ "step", t ]
        }

    /// β3 of Prodigy's sums, where none is given the root of β2.
    let prodigyβ3 o =
        match Options.get<System.Nullable<float>> "beta3" o with
        | β3 when β3.HasValue -> Rounded.host β3.Value
        | _ -> sqrt (snd (two "betas" o))

    /// Mishchenko, Defazio, arXiv:2306.06101v4, Algorithm 4, in the authors' form. d is what the library has,
    /// before and after: see 'learned distance'.
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

    let private free step =
        { formula step with Shared = (fun _ -> [ "k", 0.0; "weight_sum", 0.0; "lr_max", 0.0 ]); Counts = false }

    let all =
        [
            "ScheduleFreeAdamW", free scheduleFreeAdamW
            "ScheduleFreeSGD", free scheduleFreeSGD
            "Adan", { formula adan with Shared = (fun _ -> [ "step", 0.0 ]); Counts = false }
            "Prodigy",
            { formula prodigy with
                Shared = fun o -> let d0 = Options.number "d0" o in [ "d", d0; "d_max", d0; "d_numerator", 0.0; "k", 0.0 ]
            }
        ]
