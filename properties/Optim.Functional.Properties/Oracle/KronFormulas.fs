namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// A rule that fits triangular factors.
[<RequireQualifiedAccess>]
module internal KronFormulas =

    open Optim.Functional.Properties.FormulaParts
    open Optim.Functional.Properties.WholeParts
    open Optim.Functional.Properties.RoundedOperators

    let private sum (terms: Rounded list) = if terms.IsEmpty then 0R else Rounded.sum terms

    let private unknown = Array.map (fun (x: Rounded) -> { x with Error = infinity })

    let private least isSingle = Rounded.host (Math.ScaleB(1.0, (if isSingle then -126 else -1022)))

    /// A tensor along all sides by Q, or by Qᵀ.
    let private apply dims sides Q back tensor =
        (tensor, sides)
        ||> List.fold (fun tensor side ->
            let q = Kron.slice Q side

            let by i j =
                if side.IsTriangular then
                    (if back then Kron.entry q side.Size i j else Kron.entry q side.Size j i)
                else
                    q[i]

            if side.IsTriangular then
                Tensor.along dims side.Axis by tensor
            else
                Tensor.each dims side.Axis (fun j x -> x * by j j) tensor)

    /// A tensor along all sides by Q⁻ᵀ.
    let private solve dims sides Q tensor =
        (tensor, sides)
        ||> List.fold (fun tensor side ->
            let q, n = Kron.slice Q side, side.Size

            if not side.IsTriangular then
                Tensor.each dims side.Axis (fun j x -> x * (1R / q[j])) tensor
            else
                Tensor.line dims side.Axis tensor (fun line ->
                    let found = Array.copy line

                    for j in Sided.upTo n do
                        let rest = sum (line[j] :: [ for k in Sided.upTo j -> -(found[k] * Kron.entry q n k j) ])
                        found[j] <- rest * (1R / Rounded.toHost (Kron.entry q n j j))

                    found))

    /// The largest of numbers, where it is certain which.
    let private largest (numbers: Rounded[]) =
        let at = numbers |> Array.mapi (fun i x -> i, x.Value.Hi) |> Array.maxBy snd |> fst

        let isCertain =
            numbers |> Array.indexed |> Array.forall (fun (i, x) -> i = at || Rounded.signs (numbers[at] - x) = [ 1 ])

        if isCertain then Some at else None

    /// A lower bound of S's norm; None where rounding may choose another column.
    let private norm isSingle n (S: Rounded[]) =
        let most = List.reduce max [ for i in Sided.upTo n -> Kron.entry S n i i ]

        if Rounded.isZero most then
            Some(least isSingle)
        elif Rounded.signs most <> [ 1 ] then
            None
        else
            let S = S |> Array.map (fun x -> x / most)
            let rows = Array.chunkBySize n S
            let times (u: Rounded[]) = rows |> Array.map (fun row -> sum (List.ofArray (Array.map2 (*) row u)))

            largest (rows |> Array.map sumOfSquares)
            |> Option.map (fun column ->
                let u = times rows[column]
                let length = sqrt (sumOfSquares u)
                max (most * sqrt (sumOfSquares (times (u |> Array.map (fun u -> u / length))))) (least isSingle))

    let private triangular isSingle dims μ (A: Rounded[]) B side (q: Rounded[]) =
        let n = side.Size
        let ofA, ofB = Tensor.gram dims side.Axis A, Tensor.gram dims side.Axis B
        let upper = Array.map2 (-) ofA ofB

        norm isSingle n (Array.map2 (+) ofA ofB)
        |> Option.map (fun bound ->
            let T = Kron.matrix n (fun i j -> if j < i then 0R else Kron.entry upper n i j / bound)

            Kron.matrix n (fun i j -> Kron.entry q n i j - μ * sum [ for l in Sided.upTo n -> Kron.entry T n i l * Kron.entry q n l j ]))

    let private diagonal isSingle dims μ (A: Rounded[]) B side q =
        let count = Rounded.host (Kron.share A side)

        let means x =
            Tensor.lines dims side.Axis x |> Array.map (fun line -> Rounded.toLane isSingle (sumOfSquares line / count))

        let a, b = means A, means B
        let most = Array.map2 (+) a b |> Array.fold max (least isSingle)
        Array.map3 (fun a b q -> q - μ * (a - b) / most * q) a b q

    /// Q scaled so that the largest elements are of one size.
    let private balanced sides Q =
        match Kron.balance Q sides with
        | None -> Q
        | Some by -> List.map2 (fun side r -> Kron.slice Q side |> Array.map (fun q -> q * r)) sides by |> Array.concat

    /// Whether a step updates Q, and what all parameters share after it.
    let private due o (x: WholeSituation) =
        let steps, since, updates = x.Shared "prob_step", x.Shared "update_counter", x.Shared "updates"
        let isDue = Kron.isDue o steps.Value.Hi since.Value.Hi

        isDue,
        [
            "prob_step", steps + 1R
            "update_counter", (if isDue then 0R else since + 1R)
            "updates", (if isDue then updates + 1R else updates)
        ]

    /// h with noise, and the noise: whose sign is that of the first number of h. None where that is not certain.
    let private noisy o (x: WholeSituation) dims (h: Rounded[]) =
        let first = h |> Array.tryFind (fun h -> h.Value.Hi <> 0.0 || h.Error <> 0.0)

        let sign =
            match first |> Option.map Rounded.signs with
            | None -> Some 1
            | Some [ sign ] -> Some sign
            | Some _ -> None

        sign
        |> Option.map (fun sign ->
            let V =
                Drawn.numbers (Options.get<int> "noise_seed" o) (int64 x.t.Value.Hi) dims h.Length
                |> Array.map (Kron.near x.IsSingle)
                |> Array.map (if sign < 0 then (~-) else id)

            let mean = sum [ for h in h -> Rounded.toHost (abs h) ] / Rounded.host (float h.Length)
            let c = sqrt (Rounded.host (Math.ScaleB(1.0, -23))) * mean
            Array.map2 (fun h v -> h + c * v) h V, V)

    /// Li, arXiv:2402.11858v7, with kron_torch's constants. Each side starts from the Q before the step; h is whitened by the library's
    /// own Q after it.
    /// K = 2: the library divides by 1 - b1^t first, and adds to a product what it is subtracted from as it is made.
    let private kron o (x: WholeSituation) =
        let α, β, λ, μ = o?lr, o?b1, o?weight_decay, o?precond_lr
        let g = if Options.isOn "maximize" o then Array.map (~-) x.g else x.g
        let dims, sides = Kron.ofRule o x.Shape
        let isDue, shared = due o x

        let Q =
            if not x.Fresh then x.Of "Q" else Kron.identity sides (Kron.near x.IsSingle (Kron.start o dims)) 0R

        let m = Array.map2 (fun m g -> β * m + (1R - β) * g) (x.Of "momentum_buffer") g
        let h = m |> Array.map (fun m -> 1R / (1R - β ** x.t) * m)
        let isOfMomentum = Options.isOn "momentum_into_precond_update" o

        let isBalanced = isDue && Kron.isBalanced o (snd (List.last shared)).Value.Hi

        let Q = (if isBalanced then balanced sides Q else Q) |> Array.map (Rounded.toLane x.IsSingle)

        let noise = if isDue then noisy o x dims (if isOfMomentum then h else g) else None
        let found = x.Found "Q"

        let next =
            match noise with
            | _ when not isDue -> [ for side in sides -> Some(Kron.slice Q side) ]
            | None -> [ for _ in sides -> None ]
            | Some(h, drawn) ->
                let A, B = apply dims sides Q false h, solve dims sides Q drawn

                [
                    for side in sides do
                        let q = Kron.slice Q side

                        let q' =
                            if side.IsTriangular then
                                triangular x.IsSingle dims μ A B side q
                            else
                                Some(diagonal x.IsSingle dims μ A B side q)

                        q'
                        |> Option.map (Array.map (Rounded.toLane x.IsSingle))
                        |> Option.filter (Array.forall (fun q -> Double.IsFinite q.Value.Hi && Double.IsFinite q.Error))
                ]

        let Q' =
            [|
                for side, q in List.zip sides next do
                    yield! (q |> Option.defaultWith (fun () -> unknown (Kron.slice found side)))
            |]

        let failed =
            if List.forall Option.isSome next then
                (if x.Fresh then [| 0R |] else x.Of "failed_refreshes")
            else
                x.Found "failed_refreshes"

        let h =
            match noise with
            | Some(h, _) when isDue && isOfMomentum -> h
            | None when isDue && isOfMomentum -> unknown h
            | _ -> h

        let u = h |> apply dims sides found false |> apply dims sides found true
        let size = sqrt (sumOfSquares u / Rounded.host (float u.Length)) + Rounded.host 1e-12
        let by = α * min 1R (Rounded.host 1.1 / size)
        let κ = if x.Shape.Length < 2 then 1R else 1R - α * λ

        {
            Θ = Array.map2 (fun θ u -> κ * θ - by * u) x.θ u
            Slots = [ "momentum_buffer", m; "Q", Q'; "failed_refreshes", failed ]
            Shared = shared
        }

    let private start = [ "prob_step", 0.0; "update_counter", 0.0; "updates", 0.0 ]

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "PSGDKron" -> Some { K = 2.0; Shared = start; Counts = true; Step = kron }
        | _ -> FactorFormulas.tryFind name
