// An optimizer of your own that asks for the loss: nonlinear conjugate gradients.
// Build once (./build.sh build), then: dotnet fsi examples/07-closure-rule.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open System
open System.Numerics
open Optim.Functional
open Optim.Functional.Rules

/// Its hyperparameters; the properties make them options, by torch's spelling: lr, the longest move along a direction, and max_iter.
type ConjugateGradients(lr: float, maxIter: int) =
    member _.Lr = lr
    member _.MaxIter = maxIter

    interface IClosureRule with
        member _.Solver(n, _) = Memory n

/// Direction and gradient of the last iteration, and the iterations so far. All parameters are one vector of n elements.
and Memory<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>>(n: int) =
    let mutable d: 'T[] | null = null
    let mutable g: 'T[] | null = null
    let mutable iterations = 0L

    let array (vector: NDArray<'T> | null) =
        match vector with
        | null -> null
        | vector -> vector.ToArray()

    interface ISolver<'T> with

        /// d ← -g + βd with β of Polak and Ribière, at least 0; θ ← θ + td with the first of lr, lr/2, lr/4 ... that meets Armijo's condition.
        member _.Step(rule, f, how) =
            let options, vectors = rule :?> ConjugateGradients, Vectors<'T> how

            let rec search (θ: 'T[]) (d: 'T[]) loss slope t =
                let next, g = Array.zeroCreate n, Array.zeroCreate n
                vectors.Add(θ, t, d, next)
                let struct (found, _) = f.Evaluate(next, g)

                if found <= loss + 1e-4 * t * slope then Some(next, g, found)
                elif t > 1e-20 then search θ d loss slope (t / 2.0)
                else None

            let rec iterate k (θ: 'T[]) (g: 'T[]) loss (last: ('T[] * 'T[]) option) =
                let d = Array.zeroCreate n
                vectors.Scale(-1.0, g, d)

                match last with
                | Some(d', g') -> vectors.Add(d, max 0.0 ((vectors.Dot(g, g) - vectors.Dot(g, g')) / vectors.Dot(g', g')), d', d)
                | None -> ()

                if not (vectors.Dot(g, d) < 0.0) then
                    vectors.Scale(-1.0, g, d)

                match
                    (if k < options.MaxIter && vectors.MaxAbs g > 1e-9 then
                         search θ d loss (vectors.Dot(g, d)) options.Lr
                     else
                         None)
                with
                | Some(θ', g', loss) -> iterate (k + 1) θ' g' loss (Some(d, g))
                | None -> k, θ, last

            let start = Array.zeroCreate n
            let struct (loss, _) = f.Evaluate(null, start)

            let last =
                match d, g with
                | NonNull d, NonNull g -> Some(d, g)
                | _ -> None

            let k, θ, last = iterate 0 f.Start start loss last
            // Only here, so that a closure that throws changes nothing.
            iterations <- iterations + int64 k

            Option.iter
                (fun (d', g') ->
                    d <- d'
                    g <- g')
                last

            Point θ

        member _.Save() =
            let copy (vector: 'T[] | null) : obj | null =
                match vector with
                | null -> null
                | vector -> NDArray.Of(Array.copy vector)

            readOnlyDict [ "n_iter", (box iterations: obj | null); "d", copy d; "prev_flat_grad", copy g ]

        member _.Load(entries, differences) =
            let saved = SavedEntries<'T>("ConjugateGradients", entries, n, differences)
            iterations <- saved.Count "n_iter"
            d <- array (saved.Vector "d")
            g <- array (saved.Vector "prev_flat_grad")
            saved.End []

let rule = ConjugateGradients(lr = 1.0, maxIter = 20)

/// Rosenbrock's valley, whose least point is at (1, 1), and its gradient.
let valley (x: float[]) =
    let a, b = 1.0 - x[0], x[1] - x[0] * x[0]
    a * a + 100.0 * b * b, [| -2.0 * a - 400.0 * x[0] * b; 200.0 * b |]

let start = [| -1.2; 1.0 |]
let steps = 60

let θ, s =
    Seq.fold (fun at _ -> let θ, s, _ = Optim.stepWith rule valley at in θ, s) (start, Optim.init rule start) [ 1..steps ]

printfn "pure: %.4f %.4f, %O" θ[0] θ[1] s

// The same in place, in the style of torch.
let p = Parameter(NDArray.From(Array.copy start), "p")
let optimizer = Optimizer([ p ], rule)

for _ in 1..steps do
    optimizer.Step(fun () ->
        let loss, g = valley (p.Value.As<float>().Data)
        p.Grad <- NDArray.From g
        loss)
    |> ignore

printfn "bits equal: %b" (p.Value.As<float>().Data = θ)
