namespace Optim.Functional.Properties

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
