namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties.FormulaParts
open Optim.Functional.Properties.WholeParts
open Optim.Functional.Properties.RoundedOperators

/// Muon and what came of it: steps along the nearest orthogonal matrix. Sums as in WholeFormulas.
[<RequireQualifiedAccess>]
module internal OrthogonalFormulas =

    /// Rows of the product of two matrices, in the element type, its sums in any order.
    let private multiply a b = Matrices.product a b (fun pairs -> Rounded.sum [ for x, y in pairs -> x * y ])

    let private plus = Array.map2 (Array.map2 (+))

    let private times c = Array.map (Array.map (fun x -> c * x))

    let private text name (o: IRule) : string | null = if Options.has name o then Options.get<string | null> name o else null

    /// Newton-Schulz on the matrix or its transpose, whichever has fewer rows, after a division by a norm.
    let private orthogonal o ε columns (u: Rounded[]) =
        let named =
            match text "coefficients" o with
            | null -> None
            | name -> Some(NewtonSchulz.Find name)

        let coefficients k =
            match named with
            | Some set -> let q = set.At k in [| q.A; q.B; q.C |] |> Array.map Rounded.host
            | None -> Options.get<float[]> "ns_coefficients" o |> Array.map Rounded.host

        let norm = sqrt (sumOfSquares u)

        let divisor =
            match named with
            | Some set when set.NormRule = NormRule.Add -> norm * Rounded.host set.NormFactor + ε
            | Some set -> max (norm * Rounded.host set.NormFactor) ε
            | None -> max norm ε

        let matrix = u |> Array.map (fun u -> u / divisor) |> Array.chunkBySize columns
        let isWide = matrix.Length <= columns

        let iterate X k =
            let by = coefficients k
            let A = multiply X (Array.transpose X)
            let P = plus (times by[1] A) (times by[2] (multiply A A))
            plus (times by[0] X) (multiply P X)

        let X =
            ((if isWide then matrix else Array.transpose matrix), List.init (Options.get<int> "ns_steps" o) id)
            ||> List.fold iterate

        (if isWide then X else Array.transpose X) |> Array.concat

    /// How long a step is for a matrix of this shape.
    let private adjusted o (shape: int list) =
        let r, c = Rounded.host (float shape[0]), Rounded.host (float shape[1])

        match text "adjust_lr_fn" o with
        | "match_rms_adamw" -> Rounded.host 0.2 * sqrt (max r c)
        | "spectral_unclamped" -> sqrt (r / c)
        | "spectral" -> sqrt (max r c)
        | "none" -> 1R
        | _ -> sqrt (max 1R (r / c))

    /// What of θ the decay leaves.
    let private left o =
        let γ, λ = o?lr, o?weight_decay

        match text "weight_decay_method" o with
        | "independent" -> 1R - λ
        | "palm" -> 1R - γ * γ * λ
        | "l2" -> 1R
        | _ -> 1R - γ * λ

    /// The momentum, and what of it is made orthogonal.
    let private average o (x: WholeSituation) =
        let μ = o?momentum

        let g =
            if text "weight_decay_method" o = "l2" then
                Array.map2 (fun g θ -> g + o?weight_decay * θ) (ascent o x) x.θ
            else
                ascent o x

        let B = Array.map2 (fun b g -> lerp b g (1R - μ)) (x.Of "momentum_buffer") g
        B, (if has "nesterov" o then Array.map2 (fun g b -> lerp g b μ) g B else B)

    let private moved o (x: WholeSituation) by (u: Rounded[]) =
        Array.map2 (fun θ u -> left o * θ - o?lr * (adjusted o x.Shape * by) * u) x.θ u

    /// Jordan et al., "Muon", 2024.
    /// K = 2: the library adds the terms of a polynomial to a product's as it is made.
    let private muon o (x: WholeSituation) =
        let B, u = average o x
        { Θ = moved o x 1R (orthogonal o o?eps x.Shape[1] u); Slots = [ "momentum_buffer", B ]; Shared = [] }

    /// Li et al., arXiv:2510.05491, Algorithm 1. K = 2 as for Muon.
    let private norMuon o (x: WholeSituation) =
        let rows, columns = x.Shape[0], x.Shape[1]
        let B, u = average o x
        let O = orthogonal o o?eps columns u
        let squares = O |> Array.map (fun o -> o * o)
        let toLane = Rounded.toLane x.IsSingle

        let v =
            Matrices.lines rows columns O.Length true
            |> Array.map (fun line -> toLane (sum [| for i in line -> squares[i] |] / Rounded.host (float columns)))
            |> Array.map2 (fun last mean -> o?beta2 * last + (1R - o?beta2) * mean) (x.Of "variance_neuron")

        let least = Rounded.host 1e-8
        let even = O |> Array.mapi (fun i o -> o / (sqrt v[fst (Matrices.place rows columns i)] + least))
        let ratio = sqrt (sumOfSquares O) / max (sqrt (sumOfSquares even)) least

        {
            Θ = moved o x 1R (even |> Array.map (fun e -> ratio * e))
            Slots = [ "momentum_buffer", B; "variance_neuron", v ]
            Shared = []
        }

    /// Si et al., arXiv:2507.11005, as NVIDIA has it. K = 2 as for Muon.
    let private adaMuon o (x: WholeSituation) =
        let B, u = average o x
        let O = orthogonal o o?ns_eps x.Shape[1] u

        let v =
            Array.map2 (fun v o' -> o?beta2 * v + Rounded.timesSquare (1R - o?beta2) o') (x.Of "moment2_buffer") O

        let scaled = Array.map2 (fun o' v -> o' / (sqrt v + o?eps)) O v
        { Θ = moved o x 1R scaled; Slots = [ "momentum_buffer", B; "moment2_buffer", v ]; Shared = [] }

    /// Zhang, Liu, Schaeffer, arXiv:2602.17080, as NVIDIA has it. K = 2 as for Muon.
    let private namo o (x: WholeSituation) =
        let B, u = average o x
        let now = Rounded.toLane x.IsSingle (sumOfSquares (ascent o x))
        let v = Array.map (fun v -> o?beta2 * v + (1R - o?beta2) * now) (x.Of "moment2_buffer")
        let by = sqrt (sumOfSquares B) / (sqrt v[0] + o?eps)
        let O = orthogonal o o?ns_eps x.Shape[1] u
        { Θ = moved o x by O; Slots = [ "momentum_buffer", B; "moment2_buffer", v ]; Shared = [] }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        let formula step = Some { K = 2.0; Shared = []; Counts = false; Step = step }

        match name with
        | "Muon" -> formula muon
        | "NorMuon" -> formula norMuon
        | "AdaMuon" -> formula adaMuon
        | "NAMO" -> formula namo
        | _ -> WholeFormulas.tryFind name
