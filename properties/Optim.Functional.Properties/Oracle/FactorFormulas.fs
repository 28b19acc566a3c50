namespace Optim.Functional.Properties

open Optim.Functional.Rules
open Optim.Functional

/// A tensor, row by row, seen along one of its dimensions.
[<RequireQualifiedAccess>]
module internal Tensor =

    /// Elements that lie between two neighbours of a dimension.
    let private inner (dims: int list) axis = List.skip (axis + 1) dims |> List.fold (fun n d -> n * d) 1

    /// Place along a dimension, and the element at its place 0.
    let private place dims axis k =
        let apart = inner dims axis
        let j = k / apart % List.item axis dims
        j, k - j * apart, apart

    let private total terms = if List.isEmpty terms then Rounded.host 0.0 else Rounded.sum terms

    /// Σ x[.., i, ..] m i j at each j.
    let along dims axis (m: int -> int -> Rounded) (x: Rounded[]) =
        Array.init x.Length (fun k ->
            let j, start, apart = place dims axis k
            total [ for i in 0 .. List.item axis dims - 1 -> Rounded.multiply x[start + i * apart] (m i j) ])

    /// f j x at each place j.
    let each dims axis f (x: Rounded[]) = Array.mapi (fun k x -> let j, _, _ = place dims axis k in f j x) x

    /// What stands at each place of a dimension.
    let lines dims axis (x: Rounded[]) =
        let all = Array.indexed x |> Array.groupBy (fun (k, _) -> let j, _, _ = place dims axis k in j)
        all |> Array.sortBy fst |> Array.map (fun (_, line) -> Array.map snd line)

    /// Every line along a dimension, changed.
    let line dims axis (x: Rounded[]) f =
        let found = Array.copy x

        for k in 0 .. x.Length - 1 do
            let j, start, apart = place dims axis k

            if j = 0 then
                Array.init (List.item axis dims) (fun i -> x[start + i * apart])
                |> f
                |> Array.iteri (fun i value -> found[start + i * apart] <- value)

        found

    /// x[.., order[j], ..] at each j.
    let reorder dims axis (order: int[]) (x: Rounded[]) =
        Array.init x.Length (fun k ->
            let j, start, apart = place dims axis k
            x[start + order[j] * apart])

    /// Σ x[.., i, ..] x[.., j, ..] over all others.
    let gram dims axis (x: Rounded[]) =
        let starts =
            [
                for k in 0 .. x.Length - 1 do
                    let j, start, _ = place dims axis k

                    if j = 0 then
                        start
            ]

        let apart, n = inner dims axis, List.item axis dims

        [|
            for i in 0 .. n - 1 do
                for j in 0 .. n - 1 -> total [ for start in starts -> Rounded.multiply x[start + i * apart] x[start + j * apart] ]
        |]

/// The dimensions that have factors, and these in one slot, one after another.
[<RequireQualifiedAccess>]
module internal Sided =

    /// Dimensions merged from the first on, each time a product would be larger than this a new one.
    let private merged most shape =
        let close product dims = if product > 1 then product :: dims else dims

        let product, dims =
            ((1, []), shape)
            ||> List.fold (fun (product, dims) d ->
                if product * d <= most then product * d, dims
                elif product > 1 then d, product :: dims
                else 1, d :: dims)

        match close product dims with
        | [] -> [ 1 ]
        | dims -> List.rev dims

    /// The dimensions, and of each that has a factor its number, its size and where the factor begins.
    let ofRule (o: IRule) (x: WholeSituation) =
        let most = Options.get<int> "max_precond_dim" o
        let dims = if Options.isOn "merge_dims" o && x.Shape.Length > 1 then merged most x.Shape else x.Shape

        if x.Shape.Length = 0 || x.Shape.Length = 1 && not (Options.isOn "precondition_1d" o) then
            dims, []
        else
            let all =
                List.indexed dims
                |> List.filter (fun (_, d) -> d <= most)
                |> List.mapFold (fun at (axis, d) -> (axis, d, at), at + d * d) 0
                |> fst

            dims, all

    let factor (all: Rounded[]) (_, n, at) = fun i j -> all[at + i * n + j]

    let upTo n = [ 0 .. n - 1 ]

    /// Whether roots are made at a step.
    let isDue steps start every = steps = start || steps > start && steps % every = 0

    /// The inverse root's power of a box of these dimensions.
    let power (given: System.Nullable<float>[]) (dims: int list) =
        if dims.Length <= 2 && given[dims.Length - 1].HasValue then
            given[dims.Length - 1].Value
        else
            0.5 / float dims.Length

    let slice (all: Rounded[]) (_, n, at) = all[at .. at + n * n - 1]

    let project dims sides Q back x =
        (x, sides)
        ||> List.fold (fun x side ->
            let q = factor Q side
            let axis, _, _ = side
            Tensor.along dims axis (if back then (fun i j -> q j i) else q) x)

    let private value (all: Rounded[]) side i j = (factor all side i j).Value.Hi

    let private dot n f = List.sum [ for k in 0 .. n - 1 -> f k ]

    /// L q of each column q, in float64.
    let private applied L Q side =
        let _, n, _ = side
        Array2D.init n n (fun i j -> dot n (fun k -> value L side i k * value Q side k j))

    /// The order of columns by falling qᵀLq; None where rounding may exchange two of them.
    let order (L: Rounded[]) (Q: Rounded[]) side =
        let _, n, _ = side
        let LQ = applied L Q side
        let quotients = Array.init n (fun j -> dot n (fun i -> value Q side i j * LQ[i, j]))
        let order = Array.sortBy (fun j -> -quotients[j]) [| 0 .. n - 1 |]
        let gap = 1e-4 * Array.max (Array.map abs quotients)

        if System.Double.IsFinite gap && Array.pairwise order |> Array.forall (fun (i, j) -> quotients[i] - quotients[j] > gap) then
            Some order
        else
            None

    let unsorted side = let _, n, _ = side in [| 0 .. n - 1 |]

    /// Whether a factor is far from overflow, so that it can be decomposed.
    let isCommon (L: Rounded[]) side =
        slice L side |> Array.forall (fun x -> abs x.Value.Hi <= 1e15 && (x.Value.Hi = 0.0 || abs x.Value.Hi > 1e-15))

    let private near isSingle (sizes: float[,]) =
        (if isSingle then 1e-4 else 1e-9) * (sizes |> Seq.cast<float> |> Seq.map abs |> Seq.fold max 1e-300)

    /// Q' where it is Q of the QR decomposition of LQ, its columns in this order, as far as that is determined; else what it is not.
    let refined isSingle (order: int[] option) (L: Rounded[]) (Q: Rounded[]) (Q': Rounded[]) side =
        let _, n, _ = side
        let found = slice Q' side

        match order with
        | Some order when isCommon L side ->
            let LQ = applied L Q side
            let R i j = dot n (fun k -> value Q' side k i * LQ[k, order[j]])

            let isRight =
                List.forall (fun (i, j) -> i <= j || abs (R i j) <= near isSingle LQ) (List.allPairs [ 0 .. n - 1 ] [ 0 .. n - 1 ])

            if isRight then found else found |> Array.map (fun q -> Rounded.host (q.Value.Hi + 1.0))
        | _ -> found

    /// Q' where it turns L into a diagonal; else what it is not.
    let diagonal isSingle (L: Rounded[]) (Q': Rounded[]) side =
        let _, n, _ = side
        let found, LQ = slice Q' side, applied L Q' side
        let turned i j = dot n (fun k -> value Q' side k i * LQ[k, j])

        let isRight =
            List.forall (fun (i, j) -> i = j || abs (turned i j) <= near isSingle LQ) (List.allPairs [ 0 .. n - 1 ] [ 0 .. n - 1 ])

        if isRight || not (isCommon L side) then
            found
        else
            found |> Array.map (fun q -> Rounded.host (q.Value.Hi + 1.0))

    let sameBits (a: Rounded[]) (b: Rounded[]) =
        Array.forall2 (fun (a: Rounded) (b: Rounded) -> a.Value.Hi.Equals b.Value.Hi) a b

/// A tensor cut into boxes, each with a factor for every dimension.
[<RequireQualifiedAccess>]
module internal Boxes =

    /// Dimensions of 1 left out, then merged from the last on.
    let private merged most target shape =
        match List.filter (fun d -> d <> 1) shape |> List.rev with
        | [] -> [ 1 ]
        | last :: rest ->
            (([ last ], rest.Length), rest)
            ||> List.fold (fun (dims, left) d ->
                match dims with
                | first :: others when first * d <= most && left + dims.Length > target -> first * d :: others, left - 1
                | _ -> d :: dims, left - 1)
            |> fst

    let rec private cuts most dims : (int * int) list list =
        match dims with
        | [] -> [ [] ]
        | d :: rest ->
            [
                for start in 0..most .. d - 1 do
                    for others in cuts most rest -> (start, min most (d - start)) :: others
            ]

    /// For each box the places of its elements, its dimensions, and where their factors begin.
    let ofShape most target shape =
        let dims = merged most target shape

        let places box' =
            ([ 0 ], List.zip dims box')
            ||> List.fold (fun places (d, (start, n)) ->
                [
                    for p in places do
                        for k in start .. start + n - 1 -> p * d + k
                ])
            |> Array.ofList

        (0, cuts most dims)
        ||> List.mapFold (fun at box' ->
            let sizes = List.map snd box'
            let starts, next = (at, sizes) ||> List.mapFold (fun at n -> at, at + n * n)
            (places box', sizes, List.zip3 [ 0 .. sizes.Length - 1 ] sizes starts), next)
        |> fst

    /// R where it is the inverse root of cA + εI, as far as that is determined; else what it is not.
    let root isSingle (A: Rounded[]) c ε power (R: Rounded[]) n =
        let shifted =
            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(
                n,
                n,
                fun i j -> c * A[i * n + j].Value.Hi + (if i = j then ε else 0.0)
            )

        let evd = shifted.Evd MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric
        let values = evd.EigenValues |> Seq.map _.Real |> Array.ofSeq

        if Array.min values <= (if isSingle then 1e-3 else 1e-8) * Array.max values then
            R, false
        else
            let powers = values |> Array.map (fun λ -> System.Math.Pow(λ, -power))

            let wanted =
                evd.EigenVectors * MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Diagonal powers * evd.EigenVectors.Transpose()

            let near = (if isSingle then 1e-2 else 1e-6) * Array.max powers

            R
            |> Array.mapi (fun k r -> if abs (r.Value.Hi - wanted[k / n, k % n]) <= near then r else Rounded.host (r.Value.Hi + 1.0)),
            true

/// Rules that have a square factor for each dimension. What is made of decompositions is taken from the library's own step: other tests
/// look at those.
[<RequireQualifiedAccess>]
module internal FactorFormulas =

    open Optim.Functional.Properties.RoundedOperators

    let private (?) o name = Rounded.host (Options.number name o)

    let private two name o =
        let pair = Options.get<float[]> name o
        Rounded.host pair[0], Rounded.host pair[1]

    let private has name o = Options.isOn name o

    let private ascent o (x: WholeSituation) = if has "maximize" o then Array.map (~-) x.g else x.g

    let private isOne (x: Rounded) = x.Value.Hi = 1.0

    let private sumOfSquares (x: Rounded[]) = Rounded.sum [ for x in x -> Rounded.toHost (x * x) ]

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

    /// Shi et al., arXiv:2309.06497v1, Algorithm 2, with its code's options.
    /// K = 2: the library adds to a factor what a product gives as it is made, and multiplies constants first.
    let private shampoo o (x: WholeSituation) =
        let α, (β1, β2), λ = o?lr, two "betas" o, o?weight_decay
        let β3 = if Options.number "beta3" o < 0.0 then β1 else o?beta3

        let kind, grafting =
            Options.get<string | null> "weight_decay_type" o, Options.get<string | null> "grafting" o

        let t, isCorrected = x.Shared "step" + 1R, has "use_bias_correction" o
        let steps, every = int t.Value.Hi, Options.get<int> "precondition_frequency" o

        let start =
            let given = Options.get<int> "start_preconditioning_step" o in if given < 0 then every else given

        let decay =
            let peak = Options.get<System.Nullable<float>> "peak_lr" o
            let ofPeak = if Rounded.isZero α then 0R else α / (if peak.HasValue then Rounded.host peak.Value else α)

            match kind with
            | "l2" -> 0R
            | "corrected" -> α * λ * ofPeak
            | "independent" -> λ * ofPeak
            | _ -> α * λ

        let g = ascent o x
        let g = if kind = "l2" then Array.map2 (fun θ g -> g + λ * θ) x.θ g else g

        let boxes =
            Boxes.ofShape (Options.get<int> "max_preconditioner_dim" o) (Options.get<int> "target_parameter_dimensionality" o) x.Shape

        let A, R, found, made =
            x.Of "factor_matrices", x.Of "inv_factor_matrices", x.Found "inv_factor_matrices", x.Found "factor_matrices"

        let isNew = R |> Array.forall Rounded.isZero

        let R =
            if not isNew then
                R
            else
                [|
                    for _, _, sides in boxes do
                        for _, n, _ in sides do
                            for i in Sided.upTo n do
                                for j in Sided.upTo n -> if i = j then 1R else 0R
                |]

        let along R sides dims values =
            (values, sides) ||> List.fold (fun v side -> let axis, _, _ = side in Tensor.along dims axis (Sided.factor R side) v)

        let pick (places: int[]) (values: Rounded[]) = places |> Array.map (fun p -> values[p])

        let A' =
            [|
                for places, dims, sides in boxes do
                    for side in sides do
                        let axis, _, _ = side
                        let others = if has "kl" o then List.filter (fun s -> s <> side) sides else []
                        let gram = pick places g |> along R others dims |> Tensor.gram dims axis
                        let taken = if isOne β2 then 1R else 1R - β2
                        yield! Array.map2 (fun a outer -> β2 * a + taken * outer) (Sided.slice A side) gram
            |]
            |> Array.map (Rounded.toLane x.IsSingle)

        let isDue = Sided.isDue steps start every
        let c = if isCorrected && not (isOne β2) then (1R / (1R - β2 ** t)).Value.Hi else 1.0
        let powers = Options.get<System.Nullable<float>[]> "inverse_exponent_override" o

        let roots =
            [
                for _, dims, sides in boxes do
                    for side in sides do
                        let _, n, _ = side

                        if not isDue then
                            Sided.slice R side, true
                        elif not (Sided.isCommon made side) then
                            Sided.slice found side, false
                        else
                            Boxes.root
                                x.IsSingle
                                (Sided.slice made side)
                                c
                                (Options.number "epsilon" o)
                                (Sided.power powers dims)
                                (Sided.slice found side)
                                n
            ]

        let R' = roots |> Array.ofList |> Array.collect fst

        let failed =
            if List.forall snd roots then
                (if isNew then [| 0R |] else x.Of "failed_refreshes")
            else
                x.Found "failed_refreshes"

        let m = if Rounded.isZero β1 then [||] else x.Of "filtered_grad"

        let f =
            if Rounded.isZero β1 then
                g
            else
                let c = if isCorrected then 1R / (1R - β3 * β1 ** (t - 1R)) else 1R
                Array.map2 (fun m g -> β3 * c * m + (1R - β3) * c * g) m g

        let d, v =
            if isNull grafting || grafting = "sgd" then
                f, [||]
            else
                let β = if grafting = "adagrad" then 1R else o?grafting_beta2
                let taken = if grafting = "adagrad" then 1R else 1R - β
                let r = if grafting = "adam" then sqrt (1R / (1R - β ** t)) else 1R
                let v = Array.map2 (fun v g -> β * v + Rounded.timesSquare taken g) (x.Of "adagrad") g
                Array.map2 (fun f v -> f / (sqrt v * r + o?grafting_epsilon)) f v, v

        let u =
            if not (isNull grafting) && steps < start then
                d
            else
                let u = Array.copy f

                for places, dims, sides in boxes do
                    let p = pick places f |> along found sides dims

                    let by =
                        if isNull grafting then
                            1R
                        else
                            sqrt (sumOfSquares (pick places d)) / (sqrt (sumOfSquares p) + Rounded.host 1e-16)

                    Array.iter2 (fun place p -> u[place] <- by * p) places p

                u

        {
            Θ = Array.map2 (fun θ u -> (1R - decay) * θ - α * u) x.θ u
            Slots =
                [
                    "factor_matrices", A'
                    "inv_factor_matrices", R'
                    "failed_refreshes", failed
                    if not (Rounded.isZero β1) then
                        "filtered_grad", Array.map2 (fun m g -> β1 * m + (1R - β1) * g) m g
                    if v.Length > 0 then
                        "adagrad", v
                ]
            Shared = [ "step", t ]
        }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "SOAP" -> Some { K = 2.0; Shared = []; Counts = true; Step = soap }
        | "Shampoo" -> Some { K = 2.0; Shared = [ "step", 0.0 ]; Counts = false; Step = shampoo }
        | _ -> WholeFormulas.tryFind name
