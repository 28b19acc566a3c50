// A plan is a rule with stages around it. Build once (./build.sh build), then: dotnet fsi examples/08-plans.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"
#nowarn "3886" // lists of one pair: what they look like is what is meant

open Optim.Functional

// A valley along x + y = 1 for the weights, and a bias that should be 2.
let gradient θ =
    let W, b = Params.array<float> "W" θ, Params.array<float> "b" θ
    let far = W[0] + W[1] - 1.0
    Params.ofList [ "W", [ [ far; far ] ]; "b", [ b[0] - 2.0 ] ]

let θ0 = Params.ofList [ "W", [ [ 3.0; -1.0 ] ]; "b", [ 0.0 ] ]

// Muon for matrices, Adam for the rest; no gradient longer than 1; a learning rate that falls; an average beside the parameters.
let plan =
    Adam(Lr = 0.1)
    |> Optim.betas (0.9, 0.99)
    |> Optim.forSome Select.Matrices (Muon(Lr = 0.02, WeightDecay = 0.0))
    |> Optim.clipNorm 1.0
    |> Optim.schedule (Cosine 200L)
    |> Optim.ema 0.9

printfn "%O" plan

let θ, s = Optim.run plan gradient 100 (θ0, Optim.init plan θ0)
let numbers name θ = Params.array<float> name θ |> Array.map (sprintf "%.3f") |> String.concat " "
printfn "W = %s, b = %s" (numbers "W" θ) (numbers "b" θ)

// What the model is evaluated with: the average.
let best = Optim.view plan (θ, s)
printfn "average: W = %s, b = %s" (numbers "W" best) (numbers "b" best)

// Lists are parameters and gradients too.
let steps = Seq.unfold (fun (x: float list, s) -> Some(x, Optim.step (SGD 0.5) (x, x, s)))
let halves = steps ([ 8.0; -4.0 ], Optim.init (SGD 0.5) [ 8.0; -4.0 ])
printfn "lists: %A" (halves |> Seq.item 3)

// The same plan in place, in two groups: the bias with a learning rate of its own.
let W, b = [| 1.0; 2.0 |], [| 0.0 |]

let optimizer =
    SGD(0.1, Momentum = 0.9) |> Optimizer.ofGroups [ [ ("W", W) ], []; [ ("b", b) ], [ ("lr", 0.5) ] ]

optimizer |> Optimizer.step [ "W", [ 1.0; 1.0 ]; "b", [ -1.0 ] ]
printfn "in place: W = %A, b = %A" W b
