namespace Optim.Functional.Properties

open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.RoundedOperators

/// Adam and what came of it: an average of gradients over the root of one of squares.
[<RequireQualifiedAccess>]
module internal AdamFormulas =

    /// Kingma, Ba, arXiv:1412.6980v9, Algorithm 1 with ε outside the corrected root; AMSGrad:
    /// Reddi et al., ICLR 2018, Algorithm 2, its maximum of the v that is not corrected; decoupled:
    /// Loshchilov, Hutter, arXiv:1711.05101v3, Algorithm 2, its schedule being α.
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

    /// Liu et al., arXiv:1908.03265v4, Algorithm 2: ρ, and r times the root of the second correction.
    let private rectification β2 t =
        let bc2, last = 1R - β2 ** t, 2R / (1R - β2) - 1R
        let ρ = last - 2R * t * β2 ** t / bc2
        ρ, sqrt ((ρ - 4R) * (ρ - 2R) * last / ((last - 4R) * (last - 2R) * ρ)) * sqrt bc2

    /// Liu et al., arXiv:1908.03265v4, Algorithm 2, with torch's 5 for its 4, and ε.
    /// K = 1: the library takes the same operations in the same order, ρ and r on the host.
    let private radam o x =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay

        let θ, g = if has "decoupled_weight_decay" o then (1R - α * λ) * x.θ, ascent o x else x.θ, penalised o x

        let m = lerp (x.Of "exp_avg") g (1R - β1)
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let corrected, (ρ, r) = α / (1R - β1 ** x.t), rectification β2 x.t
        let plain = θ - corrected * m

        step (Rounded.bySign (ρ - 5R) (θ - corrected * r * (m / (sqrt v + ε)), plain, plain)) [ "exp_avg", m; "exp_avg_sq", v ]

    /// Dozat, ICLR workshop 2016, Algorithm 8, its schedule of μ being torch's.
    /// K = 1: the library takes the same operations in the same order, the corrections and the product of μ on the host.
    let private nadam isDecoupled o x =
        let α, (β1, β2), ε, λ, ψ = o?lr, two "betas" o, o?eps, o?weight_decay, o?momentum_decay
        let θ, g = if isDecoupled o then (1R - α * λ) * x.θ, ascent o x else x.θ, penalised o x
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

    /// Zhuang et al., arXiv:2010.07468v5, Algorithm 2, rectified with 5 for Liu's 4; ε in the variance, and beside its root.
    /// K = 1: the library takes the same operations in the same order, ρ and r on the host.
    let private adaBelief o x =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay
        let rectifies, isDecoupled = has "rectify" o, has "weight_decouple" o
        let shrunk = (1R - (if has "fixed_decay" o then 1R else α) * λ) * x.θ
        let θ, g = if isDecoupled then shrunk, ascent o x else x.θ, penalised o x
        let m = β1 * x.Of "exp_avg" + (1R - β1) * g
        let v = β2 * x.Of "exp_avg_var" + Rounded.timesSquare (1R - β2) (g - m) + ε
        let most = if has "amsgrad" o then max (x.Of "max_exp_avg_var") v else v
        let corrected, (ρ, r) = α / (1R - β1 ** x.t), rectification β2 x.t
        let plain = if has "degenerated_to_sgd" o then θ - corrected * m else θ

        let θ =
            if not rectifies then
                θ - corrected * (m / (sqrt most * (1R / sqrt (1R - β2 ** x.t)) + ε))
            else
                let known = θ - corrected * r * (m / (sqrt v + ε))
                Rounded.bySign (ρ - 5R) (known, known, plain)

        step
            θ
            [
                "exp_avg", m
                "exp_avg_var", v
                if has "amsgrad" o then
                    "max_exp_avg_var", most
            ]

    /// Pagliardini, Ablin, Grangier, arXiv:2409.03137v2, Algorithm 1, with the authors' warm-ups.
    /// K = 1: the library takes the same operations in the same order, the warm-ups and corrections on the host.
    let private ademamix o x =
        let η, ε, λ, α, g = o?lr, o?eps, o?weight_decay, o?alpha, ascent o x
        let betas = Options.get<float[]> "betas" o
        let β1, β2 = Rounded.host betas[0], Rounded.host betas[1]

        let within name warm full =
            let n = (Options.get<System.Nullable<int>> name o).GetValueOrDefault 0
            let w = x.t / Rounded.host (float n)
            if Rounded.signs (Rounded.host (float n) - x.t) = [ 1 ] then warm w else full

        let α = within "alpha_warmup" (fun w -> w * α) α

        let β3 =
            within "beta3_warmup" (fun w -> Logarithms.between betas[0] betas[2] w.Value.Hi) (Rounded.host betas[2])

        let slow = β3 * x.Of "exp_avg_slow" + (1R - β3) * g
        let v = β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g
        let hasFast = Rounded.signs β1 = [ 1 ]
        let fast = β1 * x.Of "exp_avg_fast" + (1R - β1) * g
        let ahead = (if hasFast then 1R / (1R - β1 ** x.t) * fast else g) + α * slow
        let u = ahead / (sqrt v * (1R / sqrt (1R - β2 ** x.t)) + ε)

        step
            ((1R - η * λ) * x.θ - η * u)
            [
                "exp_avg_slow", slow
                "exp_avg_sq", v
                if hasFast then
                    "exp_avg_fast", fast
            ]

    /// Taniguchi et al., arXiv:2411.02853v3, Algorithm 2.
    /// K = 1: the library takes the same operations in the same order.
    let private adopt o x =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay
        let isDecoupled = has "decouple" o
        let g = if isDecoupled then ascent o x else penalised o x

        if Rounded.isZero (x.t - 1R) then
            step x.θ [ "exp_avg", 0R; "exp_avg_sq", g * g ]
        else
            let θ = if isDecoupled then (1R - α * λ) * x.θ else x.θ
            let c = g / max (sqrt (x.Of "exp_avg_sq")) ε

            let most = o?clip_lambda * (x.t - 1R) ** o?clip_exponent
            let c = if System.Double.IsFinite(Rounded.size most) then max (min c most) (-most) else c
            let m = lerp (x.Of "exp_avg") c (1R - β1)
            step (θ - α * m) [ "exp_avg", m; "exp_avg_sq", β2 * x.Of "exp_avg_sq" + Rounded.timesSquare (1R - β2) g ]

    /// Liu et al., arXiv:2305.14342v4, Algorithm 3, with the authors' ρBh + ε; h may be of the step's own gradients.
    /// K = 1: the library takes the same operations in the same order, ρB on the host.
    let private sophia o x =
        let α, (β1, β2), ε, λ, g = o?lr, two "betas" o, o?eps, o?weight_decay, ascent o x
        let m = β1 * x.Of "exp_avg" + (1R - β1) * g
        let every = Options.get<System.Nullable<int>> "hessian_every" o
        let learns = every.HasValue && isEach every.Value x.t
        let h = x.Of "hessian"
        let h = if learns then β2 * h + Rounded.timesSquare (1R - β2) g else h
        let u = max (min (m / (o?rho * o?bs * h + ε)) 1R) (-1R)
        step ((1R - α * λ) * x.θ - α * u) [ "exp_avg", m; "hessian", h ]

    let all =
        [
            "Adam", formula (adam (has "decoupled_weight_decay"))
            "AdamW", formula (adam (fun _ -> true))
            "Adamax", formula adamax
            "RAdam", formula radam
            "NAdam", { formula (nadam (has "decoupled_weight_decay")) with Start = fun _ -> [ "mu_product", 1R ] }
            "NAdamW", { formula (nadam (fun _ -> true)) with Start = fun _ -> [ "mu_product", 1R ] }
            "AdaBelief", formula adaBelief
            "AdEMAMix", formula ademamix
            "ADOPT", formula adopt
            "SophiaG", formula sophia
            "SparseAdam", formula sparseAdam
        ]
