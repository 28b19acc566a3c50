namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules

/// A parameter before a step, row by row.
type internal WholeSituation =
    {
        /// The step to be made, 1 at the first.
        t: Rounded
        Shape: int list
        IsSingle: bool
        θ: Rounded[]
        g: Rounded[]
        /// Slots by torch's keys.
        Of: string -> Rounded[]
        /// Slots after the library's own step: for what a reference does not decompose again.
        Found: string -> Rounded[]
        /// What all parameters share.
        Shared: string -> Rounded
    }

/// A parameter after a step, and what all share.
type internal WholeOutcome = { Θ: Rounded[]; Slots: (string * Rounded[]) list; Shared: (string * Rounded) list }

/// An optimizer's step on a whole parameter, as its paper has it and with torch's conventions.
type internal WholeFormula =
    {
        /// How many times the bound of the paper's line the library may be off.
        K: float
        /// What all parameters share before the first step.
        Shared: (string * float) list
        /// Whether the state has torch's step.
        Counts: bool
        Step: IRule -> WholeSituation -> WholeOutcome
    }

/// Where numbers stand in matrices, row by row, of which several may stand one after another.
[<RequireQualifiedAccess>]
module internal Matrices =

    /// Row and column of an element, numbered over all matrices.
    let place rows columns i = i / columns, i / (rows * columns) * columns + i % columns

    /// The matrix of a row.
    let ofRow rows row = row / rows

    /// The elements of each row, or of each column.
    let lines (rows: int) columns n ofRows =
        let count = if ofRows then n / columns else n / rows
        let lines = Array.init count (fun _ -> ResizeArray<int>())

        for i in 0 .. n - 1 do
            let row, column = place rows columns i
            lines[if ofRows then row else column].Add i

        lines |> Array.map List.ofSeq

    let product (a: 'x[][]) (b: 'x[][]) (dot: ('x * 'x) list -> 'x) =
        let width = if b.Length = 0 then 0 else b[0].Length
        [| for row in a -> [| for j in 0 .. width - 1 -> dot [ for k in 0 .. row.Length - 1 -> row[k], b[k][j] ] |] |]

    let rec times n f x = if n = 0 then x else times (n - 1) f (f x)

/// As Formulas are of one element. Sums are in float64, of terms that are rounded to the element type, in any order.
[<RequireQualifiedAccess>]
module internal WholeFormulas =

    open Optim.Functional.Properties.RoundedOperators

    let private (?) o name = Rounded.host (Options.number name o)

    let private two name o =
        let pair = Options.get<float[]> name o
        Rounded.host pair[0], Rounded.host pair[1]

    let private has name o = Options.isOn name o

    let private ascent o (x: WholeSituation) = if has "maximize" o then Array.map (~-) x.g else x.g

    let private lerp a b w = a + w * (b - a)

    /// A sum of the element type's numbers, in float64.
    let private sum (terms: Rounded[]) =
        if terms.Length = 0 then 0R else Rounded.sum [ for x in terms -> Rounded.toHost x ]

    let private sumOfSquares (x: Rounded[]) = sum (x |> Array.map (fun x -> x * x))

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

    /// Rows of the product of two matrices, in the element type, its sums in any order.
    let private multiply a b = Matrices.product a b (fun pairs -> Rounded.sum [ for x, y in pairs -> x * y ])

    let private plus = Array.map2 (Array.map2 (+))

    let private times c = Array.map (Array.map (fun x -> c * x))

    /// Jordan et al., "Muon", 2024: Newton-Schulz on the matrix or its transpose, whichever has fewer rows.
    /// K = 2: the library adds the terms of a polynomial to a product's as it is made.
    let private muon o (x: WholeSituation) =
        let γ, λ, μ, ε = o?lr, o?weight_decay, o?momentum, o?eps
        let coefficients = Options.get<float[]> "ns_coefficients" o |> Array.map Rounded.host
        let rows, columns = x.Shape[0], x.Shape[1]
        let B = Array.map2 (fun b g -> lerp b g (1R - μ)) (x.Of "momentum_buffer") (ascent o x)
        let u = if has "nesterov" o then Array.map2 (fun g b -> lerp g b μ) (ascent o x) B else B
        let u = let norm = max (sqrt (sumOfSquares u)) ε in u |> Array.map (fun u -> u / norm)
        let matrix = u |> Array.chunkBySize columns
        let isWide = rows <= columns

        let iterate X =
            let A = multiply X (Array.transpose X)
            let P = plus (times coefficients[1] A) (times coefficients[2] (multiply A A))
            plus (times coefficients[0] X) (multiply P X)

        let X =
            Matrices.times (Options.get<int> "ns_steps" o) iterate (if isWide then matrix else Array.transpose matrix)

        let u = (if isWide then X else Array.transpose X) |> Array.concat
        let r, c = Rounded.host (float rows), Rounded.host (float columns)

        let adjusted =
            match Options.get<string | null> "adjust_lr_fn" o with
            | "match_rms_adamw" -> Rounded.host 0.2 * sqrt (max r c)
            | "spectral_unclamped" -> sqrt (r / c)
            | _ -> sqrt (max 1R (r / c))

        { Θ = Array.map2 (fun θ u -> (1R - γ * λ) * θ - γ * adjusted * u) x.θ u; Slots = [ "momentum_buffer", B ]; Shared = [] }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "LAMB" -> Some { K = 1.0; Shared = [ "step", 0.0 ]; Counts = false; Step = lamb }
        | "Adafactor" -> Some { K = 1.0; Shared = []; Counts = true; Step = adafactor }
        | "Muon" -> Some { K = 2.0; Shared = []; Counts = false; Step = muon }
        | _ -> None
