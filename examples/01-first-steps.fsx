// Least squares with Adam. Build once (./build.sh build), then: dotnet fsi examples/01-first-steps.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open MathNet.Numerics.LinearAlgebra
open Optim.Functional

// y = 2x + 1 at four points: find W = 2 and b = 1.
let X = Matrix<float>.Build.DenseOfRowArrays([| 0.0 |], [| 1.0 |], [| 2.0 |], [| 3.0 |])
let y = Vector<float>.Build.DenseOfArray [| 1.0; 3.0; 5.0; 7.0 |]

let gradient θ =
    let r = X * Params.vector<float> "W" θ + (Params.vector<float> "b" θ)[0] - y
    Params.ofList [ "W", X.TransposeThisAndMultiply r; "b", [| r.Sum() |] ]

let rule = Adam(Lr = 0.1)
let θ0 = Params.ofList [ "W", [| 0.0 |]; "b", [| 0.0 |] ]

// One step is a function: θ0 and its state stay as they are.
let θ1, s1 = Optim.step rule (θ0, gradient θ0, Optim.init rule θ0)
printfn "%O" s1

// Many steps are a fold, or run, which keeps no arrays in between.
let θ, s = Optim.run rule gradient 999 (θ1, s1)
printfn "%O" θ
let W, b = Params.array<float> "W" θ, Params.array<float> "b" θ
printfn $"W = {W[0]:F3}, b = {b[0]:F3} after {s[0].Step} steps"
