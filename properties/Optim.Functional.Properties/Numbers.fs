namespace Optim.Functional.Properties

open System

/// Which numbers a law is about.
type internal Values =
    /// All there are, NaN and infinities too.
    | Any
    /// From the least subnormal to 1e30, and zeros of both signs.
    | Finite
    /// Zeros, and from 1e-3 to 1e3, so that squares are far from under- and overflow.
    | Moderate
    /// As those, without zeros.
    | NonZero
    /// Zeros of both signs.
    | Zeros

/// Numbers as laws are checked on: drawn, and made rounder.
[<RequireQualifiedAccess>]
module internal Numbers =

    let holds values (x: float) =
        match values with
        | Any -> true
        | Finite -> Double.IsFinite x
        | Moderate -> x = 0.0 || abs x >= 1e-3 && abs x <= 1e3
        | NonZero -> abs x >= 1e-3 && abs x <= 1e3
        | Zeros -> x = 0.0

    let private odd = [| nan; infinity; -infinity; 1e-42; -1e-310; 1e30; -1e30; 1e300 |]

    let round' single (x: float) = if single then float (float32 x) else x

    let pick (random: Random) (values: 'a[]) = values[random.Next values.Length]

    /// One number: short ones often, since they are read more easily.
    let draw (random: Random) values single =
        let sign = if random.Next 2 = 0 then 1.0 else -1.0

        let moderate () =
            if random.Next 4 = 0 then
                float (random.Next(1, 9)) / 4.0
            else
                (1.0 + 8.0 * random.NextDouble()) * Math.Pow(10.0, float (random.Next(-3, 2)))

        match values, random.Next 16 with
        | Zeros, _
        | (Any | Finite | Moderate), 0 -> sign * 0.0
        | Any, 1 -> odd[random.Next odd.Length] |> round' single
        | (Any | Finite), 2 -> sign * Math.Pow(10.0, 74.0 * random.NextDouble() - 44.0) |> round' single
        | _ -> sign * moderate () |> round' single

    /// A gradient that now and then repeats, flips or silences the last one.
    let next random values single (last: float[] option) n =
        Array.init n (fun i ->
            match last, (random: Random).Next 6 with
            | Some last, 0 -> last[i]
            | Some last, 1 -> -last[i]
            | _ -> draw random values single)

    let length (random: Random) =
        match random.Next 10 with
        | 0 -> 0
        | 1
        | 2 -> 1
        | 3
        | 4 -> random.Next(2, 10)
        | 5 -> 16 + random.Next(-1, 2)
        | 6 -> 32 + random.Next(-1, 2)
        | 7 -> random.Next(100, 258)
        | _ -> random.Next(2, 70)

    /// The array without its upper half, its lower half, or one of few elements.
    let cuts n =
        [
            if n > 1 then
                yield [| 0 .. n / 2 - 1 |]
                yield [| n / 2 .. n - 1 |]
            if n = 1 then
                yield [||]
            if n > 2 && n <= 8 then
                for k in 0 .. n - 1 -> Array.removeAt k [| 0 .. n - 1 |]
        ]

    /// How much there is to read.
    let private weight (x: float) =
        if x = 0.0 then (if Double.IsNegative x then 1 else 0)
        elif abs x = 1.0 then (if x > 0.0 then 2 else 3)
        elif Double.IsFinite x then 3 + (x.ToString "R").Length
        else 100

    /// Rounder numbers, the roundest first.
    let rounder (x: float) =
        [ 0.0; 1.0; -1.0; Math.Truncate x; (if Double.IsFinite x then Math.Round(x, 1) else x) ]
        |> List.filter (fun y -> weight y < weight x)
