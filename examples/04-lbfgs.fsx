// Logistic regression with L-BFGS as a pure function. Build once (./build.sh build), then: dotnet fsi examples/04-lbfgs.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open System
open MathNet.Numerics.LinearAlgebra
open Optim.Functional

// 400 points of two classes, which a plane through the origin separates but for some noise.
let random = Random 7
let X = Matrix<float>.Build.Dense(400, 3, fun _ _ -> random.NextDouble() * 2.0 - 1.0)
let truth = Vector<float>.Build.DenseOfArray [| 3.0; -2.0; 1.0 |]
let y = X * truth |> _.Map(fun z -> if z + random.NextDouble() - 0.5 > 0.0 then 1.0 else -1.0)

/// Mean logistic loss with a small ridge, and its gradient.
let loss (w: Vector<float>) =
    let margins = y.PointwiseMultiply(X * w)
    let weights = margins.Map(fun m -> -1.0 / (1.0 + exp m)).PointwiseMultiply y
    margins.Map(fun m -> log (1.0 + exp -m)).Sum() / 400.0 + 5e-4 * (w * w), X.TransposeThisAndMultiply weights / 400.0 + 1e-3 * w

let rule = LBFGS(MaxIter = 5, LineSearchFn = "strong_wolfe")
let start = Vector<float>.Build.Dense 3

let rec descend k (w, s) =
    let w', s', before = Optim.stepWith rule loss (w, s)
    printfn "step %d: loss %.6f, |gradient| %.1e" k before ((snd (loss w)).L2Norm())
    if k < 5 then descend (k + 1) (w', s') else w', s'

let w, s = descend 1 (start, Optim.init rule start)
let right = (X * w).PointwiseMultiply(y) |> Seq.filter (fun m -> m > 0.0) |> Seq.length
printfn "%O" s
printfn "|gradient| %.0e, %d of 400 points on their side" ((snd (loss w)).L2Norm()) right
