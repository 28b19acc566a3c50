namespace Optim.Functional.Aot

open MathNet.Numerics.LinearAlgebra
open Optim.Functional

/// A record that goes through the verbs of the F# face.
type Model =
    {
        W: Matrix<float>
        b: Vector<float>
    }

    static member Packing(_: Lift, _: Model) : Packing<Model> =
        {
            Pack = fun m -> Params.ofList [ "W", m.W; "b", m.b ]
            Unpack = fun p -> { W = Params.matrix "W" p; b = Params.vector "b" p }
        }

/// What the program does by the F# face: names, and the numbers that came of it.
[<RequireQualifiedAccess>]
module FSharpRuns =

    let inline private steps rule gradient θ0 =
        List.fold (fun (θ, s) _ -> Optim.step rule (θ, gradient θ, s)) (θ0, Optim.init rule θ0) [ 1..5 ]

    let private array () =
        let θ, _ = steps (Adam(Lr = 0.1)) (Array.map (fun x -> 2.0 * x)) [| 1.0; -2.0; 0.5 |]
        θ

    let private record () =
        let start =
            { W = Matrix.Build.Dense(3, 2, (fun i j -> float (i - j))); b = Vector.Build.Dense [| 1.0; 2.0 |] }

        let plan =
            AdamW() |> Optim.forSome Select.Matrices (Muon()) |> Optim.clipNorm 1.0 |> Optim.schedule (Cosine 10L)

        let θ, _ = steps plan (fun m -> { W = 2.0 * m.W; b = 2.0 * m.b }) start
        Array.append (θ.W.ToColumnMajorArray()) (θ.b.ToArray())

    let private staged () =
        let plan =
            SGD(0.1) |> Optim.cautious |> Optim.cautiousWeightDecay 0.01 |> Optim.ema 0.9 |> Optim.onNonFinite NonFinite.Skip

        let θ, s =
            Optim.run plan (Array.map (fun x -> x - 1.0)) 5 ([| 0.0; 3.0 |], Optim.init plan [| 0.0; 3.0 |])

        Array.append θ ((s[0].Slots["ema"]).As<float>().ToArray())

    let private closure () =
        let loss (x: float[]) = Array.sumBy (fun x -> x * x) x, Array.map (fun x -> 2.0 * x) x
        let θ, _, first = Optim.stepWith (LBFGS()) loss ([| 3.0; 4.0 |], Optim.init (LBFGS()) [| 3.0; 4.0 |])
        Array.append θ [| first |]

    let private lists () =
        let plan = Adam(Lr = 0.1) |> Optim.betas (0.5, 0.75) |> Optim.ema 0.5
        let θ, s = steps plan (List.map (fun x -> 2.0 * x)) [ 1.0; -2.0; 0.5 ]
        Array.ofList (θ @ Optim.view plan (θ, s))

    let private groups () =
        let optimizer =
            SGD(0.1)
            |> Optimizer.ofGroups [ [ "W", [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]; "c", 3.0 ], []; [ "b", array2D [ [ 1.0 ] ] ], [ "lr", 0.5 ] ]

        optimizer |> Optimizer.step [ "W", [ [ 1.0; 1.0 ]; [ 1.0; 1.0 ] ]; "b", array2D [ [ 1.0 ] ] ]
        let θ = Optimizer.parameters optimizer
        Array.concat [ for name in θ.Names -> Params.array name θ ]

    let all: struct (string * (unit -> float[])) list =
        [
            struct ("F#: arrays", array)
            struct ("F#: a record", record)
            struct ("F#: stages", staged)
            struct ("F#: a closure", closure)
            struct ("F#: lists", lists)
            struct ("F#: groups", groups)
        ]
