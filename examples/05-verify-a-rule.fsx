// A rule with a mistake that training does not show and the laws do. Build once (./build.sh build), then: dotnet fsi examples/05-verify-a-rule.fsx
// What optim verify says of it, and the fix, stand in docs/verify.md.
#I "../src/Optim.Functional.FSharp/bin/Release/net10.0"
#r "MathNet.Numerics.dll"
#r "Optim.Functional.dll"
#r "Optim.Functional.FSharp.dll"

open System
open System.Runtime.CompilerServices
open Optim.Functional
open Optim.Functional.Rules

/// Lion without its weight decay: Chen et al., "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675v4, Algorithm 2.
/// c ← β1 m + (1 - β1) g; θ ← θ - γ sign(c); m ← β2 m + (1 - β2) g.
[<Struct; NoEquality; NoComparison>]
type LionStep<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        γ: 'L
        β1c: 'L
        β2c: 'L
        zero: 'L
        one: 'L
    }

    interface IFormula<'L> with
        static member SlotCount = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Update(_, g, s) =
            let c = Lane.fma k.β1c (g - s.S1) s.S1
            s.S1 <- Lane.fma k.β2c (g - s.S1) s.S1
            Lane.whereGreater c k.zero k.one -k.one

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Apply(θ, u) = Lane.fma k.γ u θ

/// Its hyperparameters.
type Lion(lr: float, beta1: float, beta2: float) =
    member _.Lr = lr
    member _.Beta1 = beta1
    member _.Beta2 = beta2

    interface IElementwiseRule with
        member _.Slots = [| SlotSpec "exp_avg" |]

        member _.Bind(_, use') =
            let step =
                {
                    γ = Lane.constant -lr
                    β1c = Lane.constant (1.0 - beta1)
                    β2c = Lane.constant (1.0 - beta2)
                    zero = Lane.constant 0.0
                    one = Lane.constant 1.0
                }

            use'.Run &step

let rule = Lion(lr = 0.01, beta1 = 0.9, beta2 = 0.99)

// It finds the minimum of a bowl, within the lr, as Lion does.
let gradient (x: float[]) = [| 2.0 * (x[0] - 3.0); 8.0 * (x[1] + 1.0) |]
let start = [| 0.0; 0.0 |]
let x, _ = Optim.run rule gradient 1000 (start, Optim.init rule start)
printfn $"{x[0]:F1} {x[1]:F1}" // 3.0 -1.0
