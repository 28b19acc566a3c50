namespace Optim.Functional.Properties

open System
open System.Runtime.CompilerServices
open Optim.Functional
open Optim.Functional.Rules

/// A formula whose update is multiplied, and which is applied to a smaller parameter; or which gives its update for the new parameter.
[<Struct; NoEquality; NoComparison>]
type internal Probed<'L, 'A
    when 'L: struct
    and 'L: (new: unit -> 'L)
    and 'L :> ValueType
    and 'L :> ILane<'L>
    and 'A: struct
    and 'A: (new: unit -> 'A)
    and 'A :> ValueType
    and 'A :> IFormula<'L>> =
    {
        Of: 'A
        Times: 'L
        Shrink: 'L
        ShowsUpdate: bool
    }

    interface IFormula<'L> with
        static member SlotCount = 'A.SlotCount

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Update(θ, g, s) = k.Times * k.Of.Update(θ, g, &s)

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Apply(θ, u) = if k.ShowsUpdate then u else k.Of.Apply(k.Shrink * θ, u)

/// Looks at a formula's update, or changes it by a factor, so that what stages do element by element can be put together from whole steps.
type Probe(times: float, shrink: float, showsUpdate: bool) =

    /// The factor on the update.
    member _.Times = times

    /// The factor on the parameter before the update is applied.
    member _.Shrink = shrink

    /// Whether the new parameter is the update itself.
    member _.ShowsUpdate = showsUpdate

    interface IUpdateStage with
        member _.Order = 0

        member _.Around<'L, 'A, 'U
            when 'L: struct
            and 'L: (new: unit -> 'L)
            and 'L :> ValueType
            and 'L :> ILane<'L>
            and 'A: struct
            and 'A: (new: unit -> 'A)
            and 'A :> ValueType
            and 'A :> IFormula<'L>
            and 'U: struct
            and 'U: (new: unit -> 'U)
            and 'U :> ValueType
            and 'U :> IUse<'L>>
            (formula: inref<'A>, _: inref<Turn>, _: float, use': byref<'U>)
            =
            let probed: Probed<'L, 'A> =
                { Of = formula; Times = 'L.Of times; Shrink = 'L.Of shrink; ShowsUpdate = showsUpdate }

            use'.Run &probed
