namespace Optim.Functional.Properties.Tests

open System
open Optim.Functional
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
        Start: Clock -> Clock
        /// What the formula is told of where the parameter stands.
        Now: Clock -> Clock
        /// The clock after a step, of the clock before and what the rule makes of it.
        After: Clock -> Clock -> Clock
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
    let slots, scalars = keys mutation.Slots acts.Slots, keys mutation.Scalars acts.Scalars

    interface IAround with
        member _.Inner = rule
        member _.Around inner = Mutated(inner, mutation, seen)
        member _.Name = acts.Name
        member _.Validate() = rule.Validate()
        member _.NonFinite = acts.NonFinite
        member _.Slots = slots
        member _.OptionalSlots = acts.OptionalSlots
        member _.Initial slot = mutation.Initial slot (acts.Initial slot)
        member _.Scalars = scalars
        member _.CountsSteps = mutation.CountsSteps acts.CountsSteps
        member _.EagerState = mutation.EagerState acts.EagerState
        member _.WeightDecay = mutation.WeightDecay acts.WeightDecay
        member _.Maximize = mutation.Maximize acts.Maximize
        member _.Sparse = acts.Sparse
        member _.Start() = mutation.Start(acts.Start())
        member _.After now = mutation.After now (acts.After now)

        member _.Bind(now, use') = Faulty.Bind(acts, mutation.Now now, &use', mutation.Fault, seen)
