namespace Optim.Functional.Properties

open System
open Optim.Functional

/// Numbers as their bits, by name, so that two results are equal or not. Every NaN is one NaN.
type Bits = (string * int64 list) list

[<RequireQualifiedAccess>]
module Bits =

    let number (x: float) = BitConverter.DoubleToInt64Bits(if Double.IsNaN x then nan else x)

    let data (tensor: Tensor) =
        match tensor with
        | :? Tensor<float32> as t -> [ for x in t.Data -> number (float x) ]
        | _ -> [ for x in tensor.As<float>().Data -> number x ]

    let tensors θ : Bits = [ for name, tensor in Params.toList θ -> name, data tensor ]

    let entry name (s: ParameterState) : Bits =
        [
            yield $"{name}.step", [ s.Step ]
            for scalar in s.Scalars do
                yield $"{name}.{scalar.Key}", [ number scalar.Value ]
            for slot in s.Slots do
                yield $"{name}.{slot.Key}", data slot.Value
        ]

    let state (s: State) : Bits =
        [
            for i in 0 .. s.Names.Count - 1 do
                yield! entry s.Names[i] s[i]
        ]

    let whole (θ, s) = tensors θ @ state s

    /// Where two results differ, in words; none where they are equal.
    let differences (wanted: Bits) (got: Bits) =
        if List.map fst wanted <> List.map fst got then
            [ $"wanted %A{List.map fst wanted}, got %A{List.map fst got}" ]
        else
            [
                for (name, a), (_, b) in List.zip wanted got do
                    if a.Length <> b.Length then
                        $"{name}: wanted {a.Length} elements, got {b.Length}"
                    else
                        match List.tryFindIndex id (List.map2 (<>) a b) with
                        | Some i -> $"{name}[{i}]: wanted {BitConverter.Int64BitsToDouble a[i]:R}, got {BitConverter.Int64BitsToDouble b[i]:R}"
                        | None -> ()
            ]
