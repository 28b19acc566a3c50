namespace Optim.Functional.Properties.Tests

open System
open System.Runtime.CompilerServices
open Optim.Functional
open Optim.Functional.Rules

/// What a rule of someone's own may have wrong.
[<RequireQualifiedAccess>]
module Flaw =
    let none = "none"

    /// The sign of zero is taken for -1.
    let signOfZero = "sign of zero"

    /// The rule counts in a field of its own.
    let hiddenCount = "hidden count"

    /// The step looks at where it runs: it is longer on wide lanes.
    let laneWidth = "lane width"

    /// The option is there, but nobody reads it.
    let unreadMaximize = "unread maximize"

    /// Decay is not multiplied by the learning rate.
    let unscaledDecay = "unscaled decay"

[<Struct; NoEquality; NoComparison>]
type FlawedStep<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        γ: 'L
        λ: 'L
        Zero: 'L
        One: 'L
        SignOfZero: bool
    }

    interface IFormula<'L> with
        static member SlotCount = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Update(_, g, s) =
            let direction = if k.SignOfZero then 'L.WhereGreater(g, k.Zero, k.One, -k.One) else 'L.Sign g
            s.S1 <- s.S1 + direction
            direction

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Apply(θ, u) = 'L.Fma(k.γ, u, k.λ * θ)

/// The sign of the gradient as a rule, with at most one flaw.
type Flawed(flaw: string, lr: float, maximize: bool) =
    let mutable count = 0

    member _.Flaw = flaw
    member _.Lr = lr
    member _.Maximize = maximize

    interface IElementwiseRule with
        member _.Slots = [| SlotSpec "sum" |]
        member _.Maximize = maximize && flaw <> Flaw.unreadMaximize

        member _.Bind<'L, 'U
            when 'L: struct
            and 'L: (new: unit -> 'L)
            and 'L :> ValueType
            and 'L :> ILane<'L>
            and 'U: struct
            and 'U: (new: unit -> 'U)
            and 'U :> ValueType
            and 'U :> IUse<'L>>
            (_, use': byref<'U>)
            =
            count <- count + 1
            let hidden = if flaw = Flaw.hiddenCount then 1.0 / float count else 1.0
            let wide = if flaw = Flaw.laneWidth && Unsafe.SizeOf<'L>() > 16 then 2.0 else 1.0
            let decay = if flaw = Flaw.unscaledDecay then 0.99 else 1.0 - 0.01 * lr

            let step =
                {
                    γ = 'L.Of(-lr * hidden * wide)
                    λ = 'L.Of(if flaw = Flaw.none then 1.0 else decay)
                    Zero = 'L.Of 0.0
                    One = 'L.Of 1.0
                    SignOfZero = (flaw = Flaw.signOfZero)
                }

            use'.Run &step
