namespace Optim.Functional

/// What a value of F#'s own is as a tensor: lists and two-dimensional arrays are copied, the rest is NDArray.From's.
module internal Values =

    let private rows (name: string) (lists: 'T list list) =
        match lists |> List.map List.length |> List.distinct with
        | [ columns ] -> NDArray.Of(lists |> List.collect id |> Array.ofList, lists.Length, columns) :> NDArray
        | lengths ->
            let got = lengths |> List.map string |> String.concat " and "
            raise (System.ArgumentException $"'{name}' is a list of rows of {got} numbers; the rows of a matrix are of one length.")

    let private grid (numbers: 'T[,]) =
        NDArray.Of(numbers |> Seq.cast<'T> |> Array.ofSeq, Array2D.length1 numbers, Array2D.length2 numbers) :> NDArray

    let tensor name (value: obj) : NDArray =
        match value with
        | :? (float list) as numbers -> NDArray.From(Array.ofList numbers)
        | :? (float32 list) as numbers -> NDArray.From(Array.ofList numbers)
        | :? (float list list) as lists -> rows name lists
        | :? (float32 list list) as lists -> rows name lists
        | :? (float[,]) as numbers -> grid numbers
        | :? (float32[,]) as numbers -> grid numbers
        | _ -> NDArray.From value
