namespace Optim.Functional.Properties

open System
open System.Collections.Generic
open Optim.Functional

/// Numbers as their bits, under names, so that two results are equal or not. Every NaN is one NaN.
type internal Bits = (string * int64[]) list

[<RequireQualifiedAccess>]
module internal Bits =

    /// More lines than these say nothing new.
    let private most = 6

    let number (x: float) = BitConverter.DoubleToInt64Bits(if Double.IsNaN x then nan else x)

    let ofFloats (values: float[]) = Array.map number values

    /// The numbers of a tensor, float32 widened, in storage order.
    let floats (tensor: NDArray) =
        match tensor with
        | :? NDArray<float32> as t -> Array.map float t.Data
        | _ -> Array.copy (tensor.As<float>().Data)

    let tensor (tensor: NDArray) = ofFloats (floats tensor)

    let parameters (θ: Params) : Bits = [ for entry in θ.Entries -> entry.Key, tensor entry.Value ]

    let entry name (s: ParameterState) : Bits =
        [
            yield $"{name}.step", [| s.Step |]
            for scalar in s.Scalars do
                yield $"{name}.{scalar.Key}", [| number scalar.Value |]
            for slot in Seq.sortBy (fun (slot: KeyValuePair<string, NDArray>) -> slot.Key) s.Slots do
                yield $"{name}.{slot.Key}", tensor slot.Value
        ]

    let rec private value (x: obj | null) =
        match x with
        | null -> [||]
        | :? NDArray as x -> tensor x
        | :? string as x -> [| for c in x -> int64 c |]
        | :? bool as x -> [| (if x then 1L else 0L) |]
        | :? Collections.IEnumerable as list -> [| for x in list -> value x |] |> Array.concat
        | x -> [| number (Convert.ToDouble x) |]

    /// What belongs to all parameters together, whole numbers as floats.
    let model (entries: IReadOnlyDictionary<string, obj | null>) : Bits =
        [
            for entry in Seq.sortBy (fun (entry: KeyValuePair<string, obj | null>) -> entry.Key) entries -> entry.Key, value entry.Value
        ]

    /// What all parameters share, where there are no parts.
    let shared (s: State) : Bits =
        if s.Plan.Parts.Count = 0 then
            [ for scalar in s.SharedScalars -> scalar.Key, [| number scalar.Value |] ]
        else
            []

    let state (s: State) : Bits =
        [
            for i in 0 .. s.Names.Count - 1 do
                yield! entry s.Names[i] s[i]
            yield! shared s
            yield! model s.ModelState
        ]

    let whole (θ: Params, s: State) : Bits = parameters θ @ state s

    /// Zero without its sign, where a law is about numbers and not about bits.
    let unsignedZeros (bits: Bits) : Bits =
        bits |> List.map (fun (name, values) -> name, values |> Array.map (fun x -> if x = Int64.MinValue then 0L else x))

    let private text (bits: int64) = (BitConverter.Int64BitsToDouble bits).ToString "R"

    /// A whole number that is no float's bits is a count.
    let private shown (name: string) bits = if name.EndsWith ".step" then string bits else text bits

    /// Where two results differ, in words; none where they are equal.
    let differences (wanted: Bits) (got: Bits) =
        if List.map fst wanted <> List.map fst got then
            [ $"wanted {List.map fst wanted}, got {List.map fst got}" ]
        else
            List.zip wanted got
            |> List.choose (fun ((name, a), (_, b)) ->
                if a.Length <> b.Length then
                    Some $"{name}: wanted {a.Length} elements, got {b.Length}"
                elif a.AsSpan().SequenceEqual(ReadOnlySpan b) then
                    None
                else
                    let i = Array.findIndex id (Array.map2 (<>) a b)
                    Some $"{name}[{i}]: wanted {shown name a[i]}, got {shown name b[i]}")
            |> List.truncate most
