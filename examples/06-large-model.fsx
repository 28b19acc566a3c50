// A model in one buffer: values, gradients and state side by side behind huge pages, gradients clipped by their norm within the step.
// Build once (./build.sh build), then: dotnet fsi examples/06-large-model.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open System
open System.Diagnostics
open Optim.Functional

// 25 million parameters; their gradients here are those of the loss |θ - 1|²/2.
let model =
    ParameterBuffer.zeros<float32> [ "embedding", [ 20000; 1024 ]; "head", [ 1024; 4400 ]; "bias", [ 4400 ] ]

let backward () =
    for i in 0 .. model.Values.Count - 1 do
        let θ = model.Values[i].As<float32>().Span
        let g = model.Gradients[i].As<float32>().Span


        for k in 0 .. g.Length - 1 do
            g[k] <- θ[k] - 1f

let optimizer = Optimizer(model.Parameters, AdamW(Lr = 0.1, WeightDecay = 0.0) |> Optim.clipNorm 1.0)

for t in 1..15 do
    optimizer.ZeroGrad(setToNull = false)
    backward ()
    optimizer.Step()

printfn "%s" ((string model).Split(':')[0])
printfn "|g| was %.0f, bias[0] = %.3f" optimizer.GradNorm (model.Values["bias"].As<float32>().Span[0])

let clock = Stopwatch.StartNew()
optimizer.Step()
printfn "a step of %d parameters: %.0f ms" (Seq.sum [ for _, t in Params.toList model.Values -> t.Length ]) clock.Elapsed.TotalMilliseconds

model.Dispose() // gives the memory back at once; within a function, `use model = ...` does it
