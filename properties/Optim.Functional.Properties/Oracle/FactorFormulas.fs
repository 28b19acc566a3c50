namespace Optim.Functional.Properties

open Optim.Functional.Rules
open Optim.Functional

/// Rules that have a square factor for each dimension. What is made of decompositions is taken from the library's own step: other tests
/// look at those.
[<RequireQualifiedAccess>]
module internal FactorFormulas =

    open Optim.Functional.Properties.FormulaParts
    open Optim.Functional.Properties.WholeParts
    open Optim.Functional.Properties.RoundedOperators

    /// Vyas et al., arXiv:2409.11321v2, Algorithm 3, with the authors' first step, which moves nothing.
    /// K = 2: the library adds to a factor what a product gives as it is made, and multiplies α and 1 - αλ first.
    let private soap o (x: WholeSituation) =
        let α, (β1, β2), ε, λ, t = o?lr, two "betas" o, o?eps, o?weight_decay, x.t - 1R
        let βs = if Options.number "shampoo_beta" o < 0.0 then β2 else o?shampoo_beta
        let g = ascent o x
        let dims, sides = Sided.ofRule o x
        let m, v = x.Of "exp_avg", x.Of "exp_avg_sq"
        let isFirst = t.Value.Hi = 0.0

        let θ, m, v =
            if isFirst then
                x.θ, m, v
            else
                let Q = if sides.IsEmpty then [||] else x.Of "Q"
                let g = Sided.project dims sides Q false g
                let m = Array.map2 (fun m g -> β1 * m + (1R - β1) * g) m g
                let v = Array.map2 (fun v g -> β2 * v + Rounded.timesSquare (1R - β2) g) v g
                let u = Array.map2 (fun m v -> m / (sqrt v + ε)) m v |> Sided.project dims sides Q true

                let u =
                    if has "normalize_grads" o && u.Length > 0 then
                        let rms = Rounded.host 1e-30 + sqrt (sumOfSquares u / Rounded.host (float u.Length))
                        u |> Array.map (fun u -> u / rms)
                    else
                        u

                let α' = if has "correct_bias" o then α * (sqrt (1R - β2 ** t) / (1R - β1 ** t)) else α
                let κ = 1R - α * λ
                Array.map2 (fun θ u -> κ * θ - α' * κ * u) x.θ u, m, v

        if sides.IsEmpty then
            { Θ = θ; Slots = [ "exp_avg", m; "exp_avg_sq", v ]; Shared = [] }
        else
            let before, Q, Q' = x.Of "GG", x.Of "Q", x.Found "Q"
            let toLane = Rounded.toLane x.IsSingle

            let GG =
                [|
                    for side in sides do
                        let axis, _, _ = side
                        yield! Array.map2 (fun L outer -> βs * L + (1R - βs) * outer) (Sided.slice before side) (Tensor.gram dims axis g)
                |]
                |> Array.map toLane

            let isDue = not isFirst && t.Value.Hi % float (Options.get<int> "precondition_frequency" o) = 0.0

            let m, v =
                if not isDue then
                    m, v
                else
                    (((m, v): Rounded[] * Rounded[]), sides)
                    ||> List.fold (fun (m, v) side ->
                        let axis, _, _ = side

                        if Sided.sameBits (Sided.slice Q side) (Sided.slice Q' side) then
                            m, v
                        else
                            let q, q' = Sided.factor Q side, Sided.factor Q' side
                            let m = m |> Tensor.along dims axis (fun i j -> q j i) |> Tensor.along dims axis q'

                            match Sided.order (x.Found "GG") Q side with
                            | Some order -> m, Tensor.reorder dims axis order v
                            | None -> m, v |> Array.map (fun v -> { v with Error = infinity }))

            let made = x.Found "GG"

            let wantedQ =
                [|
                    for side in sides do
                        yield!
                            (if isFirst then Sided.diagonal x.IsSingle made Q' side
                             elif isDue then Sided.refined x.IsSingle (Sided.order made Q side) made Q Q' side
                             else Sided.slice Q side)
                |]

            let failed =
                if (isFirst || isDue) && not (List.forall (Sided.isCommon made) sides) then
                    x.Found "failed_refreshes"
                elif isFirst then
                    [| 0R |]
                else
                    x.Of "failed_refreshes"

            { Θ = θ; Slots = [ "exp_avg", m; "exp_avg_sq", v; "GG", GG; "Q", wantedQ; "failed_refreshes", failed ]; Shared = [] }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "SOAP" -> Some { K = 2.0; Shared = []; Counts = true; Step = soap }
        | _ -> ShampooFormulas.tryFind name
