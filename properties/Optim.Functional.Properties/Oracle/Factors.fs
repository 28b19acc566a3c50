namespace Optim.Functional.Properties

open Optim.Functional.Rules
open Optim.Functional

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
