/// In which order numbers stand in memory does not show in a step.
module internal Optim.Functional.Properties.Layout

open MathNet.Numerics.LinearAlgebra
open Optim.Functional
open Optim.Functional.Rules

/// The numbers row by row.
let private rows (tensor: NDArray) =
    match tensor with
    | :? NDArray<float32> as t -> Array.map float (t.ToArray())
    | t -> t.As<float>().ToArray()
    |> Bits.ofFloats

/// A matrix of these rows, which MathNet stores column by column.
let private matrix single height width (values: float[]) =
    if single then
        NDArray.From(Matrix<float32>.Build.Dense(height, width, (fun i j -> float32 values[i * width + j])))
    else
        NDArray.From(Matrix<float>.Build.Dense(height, width, (fun i j -> values[i * width + j])))

let shapes =
    Make.elementwise
        "shapes"
        "A matrix stored column by column has the bits of the array of its rows, whichever way its gradients are stored."
        "MathNet's matrices are column-major, torch's tensors row-major: a rule sees neither."
        (Unless.any
            [
                Unless.model
                fun rule ->
                    if (Kind.gradient rule).Sparse = SparseGradients.Only then
                        Some "its gradients name their elements, and are stored in no order"
                    else
                        None
            ])
        Domain.any
        (fun case ->
            let values, gradients = case.Start.Head, case.Gradients |> List.map List.head
            let height = Seq.tryFind (fun d -> values.Length % d = 0) [ 5; 3; 2 ] |> Option.defaultValue 1
            let width = values.Length / height

            if width = 0 then
                []
            else
                let only = { case with Start = [ values ]; Gradients = gradients |> List.map List.singleton }
                let θ, s = Run.pure' Run.scalar only
                let wanted = Bits.whole (θ, s)

                let byRows (g: float[]) =
                    if case.Single then
                        NDArray.Of(Array.map float32 g, height, width) :> NDArray
                    else
                        NDArray.Of(g, height, width)

                [ "gradients row by row", byRows; "gradients column by column", matrix case.Single height width ]
                |> List.collect (fun (label, stored) ->
                    let start = Params.Of [ struct ("p0", matrix case.Single height width values) ]

                    let θ, s =
                        (Run.init case.Rule start, gradients)
                        ||> List.fold (fun at g ->
                            Run.step Run.scalar case.Rule at (Params.Of [ for g in Option.toList g -> struct ("p0", stored g) ]))

                    let got: Bits =
                        [
                            for name, bits in wanted do
                                let slot = s[0].Slots |> Seq.tryFind (fun slot -> name = $"p0.{slot.Key}")

                                match name, slot with
                                | "p0", _ -> name, rows θ[0]
                                | _, Some slot -> name, rows slot.Value
                                | _ -> name, bits
                        ]

                    Bits.differences wanted got |> List.map (fun line -> $"{height} x {width}, {label}: {line}")))

let all = [ shapes ]
