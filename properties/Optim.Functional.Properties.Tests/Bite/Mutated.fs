namespace Optim.Functional.Properties.Tests

open System
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Mutants
open Optim.Functional.Properties

/// One change to a rule: all fields but one leave it as it is.
[<NoComparison; NoEquality>]
type Mutation =
    {
        Name: string
        /// Whether it only changes what the formula is told, which the formula need not read.
        Told: bool
        /// What is wrong in the formula.
        Fault: Fault | null
        /// The rule that acts, of the rule whose options are seen.
        Acts: IElementwiseRule -> IElementwiseRule
        WeightDecay: float -> float
        Maximize: bool -> bool
        CountsSteps: bool -> bool
        EagerState: bool -> bool
        Initial: string -> float -> float
        Slots: string list -> string list
        Scalars: string list -> string list
        Start: Scalars -> Scalars
        /// What the formula is told of where the parameter stands.
        Now: Turn -> Turn
        /// The scalars after a step, of those before and what the rule makes of them.
        After: Scalars -> Scalars -> Scalars
    }

    static member None =
        {
            Name = "none"
            Told = false
            Fault = null
            Acts = id
            WeightDecay = id
            Maximize = id
            CountsSteps = id
            EagerState = id
            Initial = fun _ -> id
            Slots = id
            Scalars = id
            Start = id
            Now = id
            After = fun _ -> id
        }

/// A rule with a mutation. Its options are the rule's own.
type internal Mutated(rule: IElementwiseRule, mutation: Mutation, seen: Seen | null) =
    let acts = mutation.Acts rule
    let keys change (keys: string seq) = keys |> List.ofSeq |> change |> Array.ofList
    // The same object at every call, as the library's own rules do.
    let slots = keys mutation.Slots (acts.Slots |> Seq.map _.Key) |> Array.map SlotSpec
    let scalars = keys mutation.Scalars acts.Scalars

    interface IAround with
        member _.Inner = rule
        member _.Around inner = Mutated(inner, mutation, seen)
        member _.Name = acts.Name
        member _.Validate() = rule.Validate()
        member _.Slots = slots
        member _.OptionalSlots = acts.OptionalSlots
        member _.First(slot, lr) = mutation.Initial slot.Key (acts.First(slot, lr))
        member _.Scalars = scalars
        member _.CountsSteps = mutation.CountsSteps acts.CountsSteps
        member _.EagerState = mutation.EagerState acts.EagerState
        member _.Lr = acts.Lr
        member _.Allows lr = acts.Allows lr
        member _.WeightDecay = mutation.WeightDecay acts.WeightDecay
        member _.Maximize = mutation.Maximize acts.Maximize
        member _.Sparse = acts.Sparse
        member _.UpdatesToNext = acts.UpdatesToNext
        member _.Start lr = mutation.Start(acts.Start lr)
        member _.After now = mutation.After now.Before (acts.After &now)

        member _.Bind(now, use') =
            let told = mutation.Now now
            Faulty.Bind(acts, &told, &use', mutation.Fault, seen)
