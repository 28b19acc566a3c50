// An optimizer of your own, at SIMD speed. Build once (./build.sh build), then: dotnet fsi examples/02-own-rule.fsx
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open System
open System.Diagnostics
open System.Runtime.CompilerServices
open Optim.Functional
open Optim.Functional.Rules

/// Sign momentum, bound to one step: m ← m + (1 - β)(g - m); θ ← θ - γ sign(m).
/// 'L is where it runs: one number, or a register of 16. Its constraints are those of a C# struct that is a lane.
[<Struct; NoEquality; NoComparison>]
type SignMomentumStep<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        γ: 'L
        βc: 'L
    }

    interface IFormula<'L> with
        static member SlotCount = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Update(_, g, s) =
            s.S1 <- Lane.fma k.βc (g - s.S1) s.S1
            Lane.sign s.S1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Apply(θ, u) = Lane.fma k.γ u θ

/// Its hyperparameters; the properties make them options, by torch's spelling: lr, beta.
type SignMomentum(lr: float, beta: float) =
    member _.Lr = lr
    member _.Beta = beta

    interface IElementwiseRule with
        member _.Slots = [| SlotSpec "exp_avg" |]

        member _.Bind(_, use') =
            let step = { γ = Lane.constant -lr; βc = Lane.constant (1.0 - beta) }
            use'.Run &step

let rule = SignMomentum(lr = 0.125, beta = 0.9)

// As a pure function ...
let θ, s =
    Optim.step rule ([| 1.0; 2.0; 3.0 |], [| 0.5; 0.0; -4.0 |], Optim.init rule [| 1.0; 2.0; 3.0 |])

printfn $"pure: %A{θ}, {s}"

// ... in the style of torch, with options per group and saved states ...
let p = Parameter(NDArray.From [| 1.0; 2.0; 3.0 |], "p", Grad = NDArray.From [| 0.5; 0.0; -4.0 |])
let optimizer = Optimizer([ p ], rule)
optimizer.ParamGroups[0]["lr"] <- 0.25
optimizer.Step()
printfn $"in place: {p}, lr {optimizer.ParamGroups[0].Lr}"

// ... and as fast as the library's own: the widest registers against one element at a time.
let n = 4096
let random = Random 1
let numbers () = Array.init n (fun _ -> random.NextSingle() - 0.5f)
let start, g = numbers (), numbers ()

let timed how =
    let p = Parameter(NDArray.From(Array.copy start), Grad = NDArray.From g)
    let optimizer = Optimizer([ p ], rule, Execution = how)

    let round () =
        let watch = Stopwatch.StartNew()

        for _ in 1..500 do
            optimizer.Step()

        watch.Elapsed.TotalNanoseconds / float (500 * n)

    round () |> ignore
    Seq.min (Seq.init 5 (fun _ -> round ())), p.Value.As<float32>().Data

let wide, wideθ = timed (Execution(Threads = 1))
let narrow, narrowθ = timed (Execution(LaneBits = 0, Threads = 1))

printfn $"{wide:F3} ns an element, one at a time {narrow:F3} ns: {narrow / wide:F1} times as fast"
printfn $"bits equal: {wideθ = narrowθ}"
