namespace Optim.Functional.Properties

open Optim.Functional.Rules
open Optim.Functional

/// A dimension that has a factor, and where its eigenvalues begin in one slot of all.
type internal WhitenedSide =
    {
        /// Its number, its size, and where its factor begins.
        Side: int * int * int
        First: int
    }

    member x.Axis = let axis, _, _ = x.Side in axis
    member x.Size = let _, n, _ = x.Side in n
    member x.Upto = [ 0 .. x.Size - 1 ]
    member x.OfAll k = x.First + k

/// Where numbers stand.
[<RequireQualifiedAccess>]
module internal Whitened =

    /// The dimensions of more than one place and no more than there may be.
    let sides o (x: WholeSituation) =
        if x.Shape.Length < 2 then
            []
        else
            List.indexed x.Shape
            |> List.filter (fun (_, d) -> d > 1 && d <= Options.get<int> "max_precond_dim" o)
            |> List.mapFold (fun (at, first) (axis, d) -> { Side = axis, d, at; First = first }, (at + d * d, first + d)) (0, 0)
            |> fst

    /// The elements at a place along a side.
    let elements (dims: int list) (side: WhitenedSide) k =
        let apart = List.skip (side.Axis + 1) dims |> List.fold (*) 1

        [
            for p in 0 .. List.fold (*) 1 dims - 1 do
                if p / apart % side.Size = k then
                    p
        ]

    /// The largest root.
    let most o (side: WhitenedSide) =
        if Options.isOn "using_clamping" o then
            float (max 10 (min side.Size (Options.get<int> "max_clamp_value" o)))
        else
            infinity

/// Rules whose factor of a dimension is of the gradient whitened along all others. Of decompositions as FactorFormulas.
[<RequireQualifiedAccess>]
module internal WhitenedFormulas =

    open Optim.Functional.Properties.FormulaParts
    open Optim.Functional.Properties.WholeParts
    open Optim.Functional.Properties.RoundedOperators

    let private mean (terms: Rounded list) =
        Rounded.sum [ for x in terms -> Rounded.toHost x ] / Rounded.host (float terms.Length)

    /// GG and eigen_sqrt_inv after a step: those from before are Q's and e's.
    let private learned o (x: WholeSituation) (sides: WhitenedSide list) βs (g: Rounded[]) isFirst =
        let n, L = Rounded.host (float g.Length), x.Of "GG"

        let factor (side: WhitenedSide) H =
            let w = (1R - βs) * (Rounded.host (float side.Size) / n)
            Array.map2 (fun L outer -> βs * L + w * outer) (Sided.slice L side.Side) (Tensor.gram x.Shape side.Axis H)

        if isFirst then
            [| for side in sides -> factor side g |] |> Array.concat,
            [|
                for side in sides do
                    for _ in side.Upto -> 1R / sqrt o?init_factor
            |]
        else
            let Q, e = x.Of "Q", x.Of "eigen_sqrt_inv"

            let all =
                [|
                    for side in sides do
                        let others = sides |> List.filter (fun other -> other.First <> side.First)

                        let H =
                            (g, others)
                            ||> List.fold (fun H other ->
                                H |> Tensor.along x.Shape other.Axis (fun i j -> Sided.factor Q other.Side i j * e[other.OfAll j]))

                        let turned = Tensor.along x.Shape side.Axis (Sided.factor Q side.Side) H

                        let damping =
                            if has "using_damping" o then
                                (o?eps, others)
                                ||> List.fold (fun ε other ->
                                    ε
                                    * mean
                                        [
                                            for k in other.Upto ->
                                                let e = e[other.OfAll k]
                                                e * e
                                        ])
                            else
                                0R

                        let root k =
                            let e = e[side.OfAll k]
                            let before = if Rounded.isZero e then 0R else 1R / (e * e)

                            let now =
                                mean
                                    [
                                        for p in Whitened.elements x.Shape side k ->
                                            let h = turned[p]
                                            h * h
                                    ]
                                |> Rounded.toLane x.IsSingle

                            let λ = βs * before + (1R - βs) * (now + damping)

                            if Rounded.isZero λ then 0R else min (1R / sqrt λ) (Rounded.host (Whitened.most o side))

                        factor side H, [| for k in side.Upto -> root k |]
                |]

            Array.collect fst all, Array.collect snd all

    let private moments isFirst o (x: WholeSituation) project g =
        let (β1, β2), m, v = two "betas" o, x.Of "exp_avg", x.Of "exp_avg_sq"

        if isFirst then
            m, v
        else
            let g = project g
            Array.map2 (fun m g -> β1 * m + (1R - β1) * g) m g, Array.map2 (fun v g -> β2 * v + Rounded.timesSquare (1R - β2) g) v g

    let private normalized o (u: Rounded[]) =
        if has "normalize_grads" o && u.Length > 0 then
            let rms = Rounded.host 1e-30 + sqrt (mean [ for u in u -> u * u ])
            u |> Array.map (fun u -> u / rms)
        else
            u

    /// Q after a step, as far as it is determined, and how many could not be refreshed.
    let private bases isFirst isDue (x: WholeSituation) sides =
        let made, Q, Q' = x.Found "GG", x.Of "Q", x.Found "Q"

        let wanted =
            [|
                for side in sides do
                    yield!
                        (if isFirst then Sided.diagonal x.IsSingle made Q' side
                         elif isDue then Sided.refined x.IsSingle (Some(Sided.unsorted side)) made Q Q' side
                         else Sided.slice Q side)
            |]

        wanted,
        (if (isFirst || isDue) && not (List.forall (Sided.isCommon made) sides) then
             x.Found "failed_refreshes"
         elif isFirst then
             [| 0R |]
         else
             x.Of "failed_refreshes")

    /// Lin et al., arXiv:2509.03378v7, as the authors' prototype has KL-SOAP, the dimensions all by eigenvalues from before the step.
    /// K = 2: the library adds to a factor what a product gives as it is made, and multiplies constants first.
    let private klsoap o (x: WholeSituation) =
        let α, (_, β2), ε, λ, t = o?lr, two "betas" o, o?eps, o?weight_decay, x.t - 1R
        let βs = if Options.number "shampoo_beta" o < 0.0 then β2 else o?shampoo_beta
        let g, sides, isFirst = ascent o x, Whitened.sides o x, t.Value.Hi = 0.0
        let matrices = List.map _.Side sides
        let Q = if matrices.IsEmpty then [||] else x.Of "Q"
        let m, v = moments isFirst o x (Sided.project x.Shape matrices Q false) g

        let θ =
            if isFirst then
                x.θ
            else
                let u =
                    Array.map2 (fun m v -> m / (sqrt v + ε)) m v |> Sided.project x.Shape matrices Q true |> normalized o

                Array.map2 (fun θ u -> (1R - α * λ) * (θ - α * u)) x.θ u

        if matrices.IsEmpty then
            { Θ = θ; Slots = [ "exp_avg", m; "exp_avg_sq", v ]; Shared = [] }
        else
            let GG, e = learned o x sides βs g isFirst
            let isDue = not isFirst && Sided.isDue (int t.Value.Hi) 0 (Options.get<int> "precondition_frequency" o)
            let Q', (wanted, failed) = x.Found "Q", bases isFirst isDue x matrices

            let m =
                (m, matrices)
                ||> List.fold (fun m side ->
                    let axis, _, _ = side

                    if not isDue || Sided.sameBits (Sided.slice Q side) (Sided.slice Q' side) then
                        m
                    else
                        let q, q' = Sided.factor Q side, Sided.factor Q' side
                        m |> Tensor.along x.Shape axis (fun i j -> q j i) |> Tensor.along x.Shape axis q')

            let slots =
                [ "exp_avg", m; "exp_avg_sq", v; "GG", GG; "Q", wanted; "eigen_sqrt_inv", e; "failed_refreshes", failed ]

            { Θ = θ; Slots = slots; Shared = [] }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "KLSOAP" -> Some { K = 2.0; Shared = []; Counts = true; Step = klsoap }
        | _ -> KronFormulas.tryFind name
