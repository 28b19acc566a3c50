module Optim.Functional.Properties.Tests.OracleTests

open System
open System.Runtime.CompilerServices
open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

[<Struct; NoEquality; NoComparison>]
type AdagradStep<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        γ: 'L
        ε: 'L
        factor: 'L
    }

    interface IFormula<'L> with
        static member SlotCount = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Update(_, g, s) =
            s.S1 <- Lane.fma g g s.S1
            g / (Lane.sqrt s.S1 + k.ε)

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Apply(θ, u) = Lane.fma k.γ (k.factor * u) θ

/// Adagrad, with g times a factor that belongs to no paper.
type AdagradTimes(lr: float, factor: float) =
    member _.Lr = lr
    member _.Factor = factor

    interface IElementwiseRule with
        member _.Name = "Adagrad"
        member _.Slots = [| SlotSpec "sum" |]

        member _.Bind(_, use') =
            let step = { γ = Lane.constant -lr; ε = Lane.constant 1e-10; factor = Lane.constant factor }
            use'.Run &step

[<Theory; InlineData true; InlineData false>]
let ``a formula that is right is within the bound, and a few bits beside it are not`` single =
    let violations factor =
        Oracle.violations (AdagradTimes(0.1, factor)) single [| 0.0 |] [ [| 0.3 |]; [| -0.7 |] ]

    let unit = if single then Math.ScaleB(1.0, -23) else Math.ScaleB(1.0, -52)
    Assert.Empty(violations 1.0)
    Assert.NotEmpty(violations -1.0)
    Assert.NotEmpty(violations (1.0 + 80.0 * unit))
