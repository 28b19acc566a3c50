namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.WholeParts
open Optim.Functional.Properties.RoundedOperators

/// As Formulas are of one element. Sums are in float64, of terms that are rounded to the element type, in any order.
[<RequireQualifiedAccess>]
module internal WholeFormulas =

    let private positive x = Rounded.bySign x

    /// You et al., arXiv:1904.00962v5, Algorithm 2, with φ the identity.
    /// K = 1: the library takes the same operations in the same order.
    let private lamb o (x: WholeSituation) =
        let α, (β1, β2), ε, λ = o?lr, two "betas" o, o?eps, o?weight_decay
        let t = x.Shared "step" + 1R
        let isCorrected, isDecoupled = has "bias_correction" o, has "decoupled_decay" o
        let c1 = if isCorrected then 1R / (1R - β1 ** t) else 1R
        let c2 = if isCorrected then 1R / sqrt (1R - β2 ** t) else 1R
        let taken = if has "grad_averaging" o then 1R - β1 else 1R
        let g = ascent o x
        let m = Array.map2 (fun m g -> β1 * m + taken * g) (x.Of "exp_avg") g
        let v = Array.map2 (fun v g -> β2 * v + Rounded.timesSquare (1R - β2) g) (x.Of "exp_avg_sq") g
        let u = Array.map2 (fun m v -> c1 * m / (sqrt v * c2 + ε)) m v
        let peak = Options.get<System.Nullable<float>> "peak_lr" o
        let decay = if peak.HasValue then α * α / Rounded.host peak.Value else α
        let κ = if isDecoupled then 1R - decay * λ else 1R
        let inside = if isDecoupled then 0R else λ

        let agreeing =
            if has "caution" o && u.Length > 0 then
                let agrees u g x = Rounded.bySign (u * g) (x, 0R, 0R)
                let share = sum (Array.map2 (fun u g -> agrees u g 1R) u g) / Rounded.host (float u.Length)
                let more = 1R / max share (Rounded.host 1e-3)
                Array.map2 (fun u g -> agrees u g more * u) u g
            else
                u

        let decayed = Array.map2 (fun θ u -> inside * θ + u) x.θ agreeing

        let trust =
            if Rounded.isZero λ && not (has "always_adapt" o) then
                1R
            else
                let size, length = abs κ * sqrt (sumOfSquares x.θ), sqrt (sumOfSquares decayed)
                let ratio = positive size (positive length (size / length, 1R, 1R), 1R, 1R)
                if has "trust_clip" o then min ratio 1R else ratio

        {
            Θ = Array.map2 (fun θ d -> κ * θ - α * trust * d) x.θ decayed
            Slots = [ "exp_avg", m; "exp_avg_sq", v ]
            Shared = [ "step", t ]
        }

    /// You, Gitman, Ginsburg, arXiv:1708.03888v3, Algorithm 1, with γ outside the buffer, and timm's options.
    /// K = 1: the library takes the same operations in the same order.
    let private lars o (x: WholeSituation) =
        let γ, μ, τ, λ, g = o?lr, o?momentum, o?dampening, o?weight_decay, ascent o x

        let trust =
            if Rounded.isZero λ && not (has "always_adapt" o) then
                1R
            else
                let size, length = sqrt (sumOfSquares x.θ), sqrt (sumOfSquares g)
                let ratio = o?trust_coeff * size / (length + λ * size + o?eps)
                let trust = positive size (positive length (ratio, 1R, 1R), 1R, 1R)
                if has "trust_clip" o then Rounded.bySign (γ - trust) (trust / γ, 1R, 1R) else trust

        let g = Array.map2 (fun θ g -> trust * (λ * θ + g)) x.θ g

        if Rounded.isZero μ then
            { Θ = Array.map2 (fun θ g -> θ - γ * g) x.θ g; Slots = []; Shared = [] }
        else
            let b = if x.Fresh then g else Array.map2 (fun b g -> μ * b + (1R - τ) * g) (x.Of "momentum_buffer") g

            let u = if has "nesterov" o then Array.map2 (fun g b -> g + μ * b) g b else b
            { Θ = Array.map2 (fun θ u -> θ - γ * u) x.θ u; Slots = [ "momentum_buffer", b ]; Shared = [] }

    /// Yuan et al., arXiv:2411.10438v2, Algorithms 2 and 3, in the authors' form; vectors by AdamW.
    /// K = 1: the library takes the same operations in the same order.
    let private mars o (x: WholeSituation) =
        let ε, g, last = o?eps, ascent o x, x.Of "last_grad"
        let isCorrected = has "optimize_1d" o || x.Shape.Length = 2
        let α = if isCorrected then o?lr else o?lr * o?lr_1d_factor
        let β1, β2 = two (if isCorrected then "betas" else "betas_1d") o
        let λ = if isCorrected then o?weight_decay else o?weight_decay_1d
        let isLion = isCorrected && Options.get<string> "mars_type" o = "mars-lion"
        let γ = o?gamma * β1 / (1R - β1)
        let c = if isCorrected then Array.map2 (fun g last -> γ * (g - last) + g) g last else g
        let size = sqrt (sumOfSquares c)
        let c = if isCorrected then c |> Array.map (fun c -> 1R / max 1R size * c) else c
        let m = Array.map2 (fun m c -> β1 * m + (1R - β1) * c) (x.Of "exp_avg") c

        let v =
            if isLion then
                x.Of "exp_avg_sq"
            else
                Array.map2 (fun v c -> β2 * v + Rounded.timesSquare (1R - β2) c) (x.Of "exp_avg_sq") c

        let isAms = has "amsgrad" o

        let most =
            if not isAms then v
            elif isLion then x.Of "max_exp_avg_sq"
            else Array.map2 max (x.Of "max_exp_avg_sq") v

        let r1, r2 = α / (1R - β1 ** x.t), 1R / sqrt (1R - β2 ** x.t)

        let step m most =
            if isLion then α * Rounded.bySign m (1R, 0R, -1R) else r1 * (m / (sqrt most * r2 + ε))

        {
            Θ = Array.map2 (fun θ u -> (1R - α * λ) * θ - u) x.θ (Array.map2 step m most)
            Slots =
                [
                    "exp_avg", m
                    "last_grad", (if has "is_approx" o then g else last)
                    "exp_avg_sq", v
                    if isAms then
                        "max_exp_avg_sq", most
                ]
            Shared = []
        }

    /// Shazeer, Stern, arXiv:1804.04235v1, Algorithms 4 and 5, with torch's clamps.
    /// K = 1: the library takes the same operations in the same order; a mean is rounded once to the element type.
    let private adafactor o (x: WholeSituation) =
        let α, γ, λ, d = o?lr, o?beta2_decay, o?weight_decay, o?d
        let eps = Options.get<System.Nullable<float>[]> "eps" o
        let spacing = System.Math.ScaleB(1.0, (if x.IsSingle then -23 else -52))

        let ε1, ε2 =
            Rounded.host (eps[0].GetValueOrDefault spacing), Rounded.host (eps[1].GetValueOrDefault 1e-3)

        let n = Rounded.host (float x.θ.Length)
        let step = max ε2 (sqrt (sumOfSquares x.θ / n)) * min α (1R / sqrt x.t)
        let w, g = x.t ** γ, ascent o x
        let root v = sqrt (max v (ε1 * ε1))
        let toLane = Rounded.toLane x.IsSingle

        let u, slots =
            match List.rev x.Shape with
            | columns :: rows :: _ ->
                let squares = g |> Array.map (fun g -> g * g)
                let average (terms: Rounded[]) = sum terms / Rounded.host (float terms.Length)

                let averages key ofRows =
                    Matrices.lines rows columns g.Length ofRows
                    |> Array.map (fun line -> toLane (average [| for i in line -> squares[i] |]))
                    |> Array.map2 (fun last mean -> lerp last mean w) (x.Of key)

                let R, C = averages "row_var" true, averages "col_var" false
                let means = R |> Array.chunkBySize rows |> Array.map (fun own -> max (average own) ε1)

                let u =
                    g
                    |> Array.mapi (fun i g ->
                        let r, c = Matrices.place rows columns i
                        g / root (R[r] / means[Matrices.ofRow rows r] * C[c]))

                u, [ "row_var", R; "col_var", C ]
            | _ ->
                let v = Array.map2 (fun v g -> lerp v (g * g) w) (x.Of "variance") g
                Array.map2 (fun g v -> g / root v) g v, [ "variance", v ]

        let by = step / max 1R (sqrt (sumOfSquares u / n) / d)
        { Θ = Array.map2 (fun θ u -> (1R - α * λ) * θ - by * u) x.θ u; Slots = slots; Shared = [] }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "LARS" -> Some { K = 1.0; Shared = []; Counts = false; Step = lars }
        | "MARS" -> Some { K = 1.0; Shared = []; Counts = true; Step = mars }
        | "LAMB" -> Some { K = 1.0; Shared = [ "step", 0.0 ]; Counts = false; Step = lamb }
        | "Adafactor" -> Some { K = 1.0; Shared = []; Counts = true; Step = adafactor }
        | _ -> None
