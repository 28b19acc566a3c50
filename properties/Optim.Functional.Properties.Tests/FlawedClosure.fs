namespace Optim.Functional.Properties.Tests

open System
open System.Numerics
open Optim.Functional
open Optim.Functional.Rules

/// What a rule of someone's own that asks for the loss may have wrong, besides the flaws of others.
[<RequireQualifiedAccess>]
module ClosureFlaw =

    /// It remembers before it has asked.
    let hasty = "hasty"

    /// Its velocity is not saved.
    let forgetful = "forgetful"

    /// It goes on in the very arrays that were saved.
    let sharing = "sharing"

    /// It writes to the start.
    let careless = "careless"

/// Momentum as a closure rule, v ← ½v + g, θ ← θ - lr v, with a second evaluation where it ends, and at most one flaw.
type FlawedClosure(flaw: string, lr: float, maximize: bool) =
    member _.Flaw = flaw
    member _.Lr = lr
    member _.Maximize = maximize

    interface IClosureRule with
        member _.Solver(n, _) = FlawedMemory n

and FlawedMemory<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>>
    (n: int) =
    let mutable v: 'T[] = Array.zeroCreate n
    let mutable flaw = Flaw.none

    interface ISolver<'T> with
        member _.Step(rule, f, how) =
            let options = rule :?> FlawedClosure
            let vectors = Vectors<'T> how
            let sign = if options.Maximize && options.Flaw <> Flaw.unreadMaximize then -1.0 else 1.0
            flaw <- options.Flaw
            let v' = if flaw = ClosureFlaw.sharing then v else Array.zeroCreate n
            let g, θ = Array.zeroCreate n, Array.zeroCreate n
            f.Evaluate(null, g, sign) |> ignore
            vectors.Add(g, 0.5, v, v')

            if flaw = ClosureFlaw.hasty then
                v <- v'

            let wide = if flaw = Flaw.laneWidth && how.LaneBits > 128 then 2.0 else 1.0
            vectors.Add(f.Start, -options.Lr * wide, v', θ)
            f.Evaluate(θ, g, sign) |> ignore

            if flaw = ClosureFlaw.careless then
                vectors.Scale(2.0, f.Start, f.Start)
                f.Evaluate(null, g, sign) |> ignore

            v <- v'
            Point θ

        member _.Save() =
            let saved = if flaw = ClosureFlaw.sharing then v else Array.copy v
            readOnlyDict [ "flaw", (box flaw: obj | null); "velocity", (if flaw = ClosureFlaw.forgetful then null else NDArray.Of saved) ]

        member _.Load(entries, differences) =
            let saved = SavedEntries<'T>("FlawedClosure", entries, n, differences)
            flaw <- string entries["flaw"]

            match saved.Vector "velocity" with
            | null -> ()
            | velocity -> v <- if flaw = ClosureFlaw.sharing then velocity.Data else velocity.ToArray()

            saved.End [ "flaw" ]
