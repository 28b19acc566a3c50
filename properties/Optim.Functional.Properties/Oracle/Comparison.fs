namespace Optim.Functional.Properties

open Optim.Functional

/// One number of the library beside the reference's.
type internal Comparison =
    {
        Where: string
        Wanted: Rounded
        Got: float
        /// How many times the reference's bound it may be off.
        K: float
    }

    /// |got - wanted| in units of the bound.
    member c.Ratio = Rounded.ratio c.Wanted c.Got

    override c.ToString() =
        $"{c.Where}: wanted {c.Wanted.Value.Hi:R} ± {c.K * c.Wanted.Error:G3}, got {c.Got:R}"

[<RequireQualifiedAccess>]
module internal Comparison =

    /// Those that are further from the reference than they may be, the first few of them, in words.
    let violations (comparisons: Comparison list) =
        comparisons |> List.filter (fun c -> not (c.Ratio <= c.K)) |> List.map string |> List.truncate 10

    /// The largest share of its bound that any of them takes: at most 1 where there are no violations.
    let worst comparisons =
        (0.0, comparisons) ||> List.fold (fun worst (c: Comparison) -> max worst (c.Ratio / c.K))

    let tensor single (x: float[]) = if single then NDArray.From(Array.map float32 x) else NDArray.From x

    let bare (x: NDArray) = Params.Of([ struct ("θ", x) ])
