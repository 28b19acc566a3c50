namespace Optim.Functional.Properties.Tests

open System
open System.Collections.Generic
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
        Acts: IRule -> IRule
        WeightDecay: float -> float
        Maximize: bool -> bool
        CountsSteps: bool -> bool
        EagerState: bool -> bool
        Initial: string -> float -> float
        Slots: string list -> string list
        /// Whether a slot that starts at the parameter does not.
        Anew: string -> bool
        Scalars: string list -> string list
        Start: Scalars -> Scalars
        /// What the formula is told of where the parameter stands.
        Now: Turn -> Turn
        /// The scalars after a step, of those before and what the rule makes of them.
        After: Scalars -> Scalars -> Scalars
        /// The same three of the scalars that all parameters share.
        Shared: string list -> string list
        StartModel: Scalars -> Scalars
        Learn: Scalars -> Scalars -> Scalars
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
            Anew = fun _ -> false
            Scalars = id
            Start = id
            Now = id
            After = fun _ -> id
            Shared = id
            StartModel = id
            Learn = fun _ -> id
        }

/// What is seen of a rule with a mutation, but for its formula.
type internal MutatedFace(rule: IGradientRule, acts: IGradientRule, mutation: Mutation) =
    let keys change (keys: string seq) = keys |> List.ofSeq |> change |> Array.ofList

    let slot (spec: SlotSpec) key =
        SlotSpec(key, Shape = spec.Shape, StartsAtParameter = (spec.StartsAtParameter && not (mutation.Anew key)))

    let slotsOf (specs: SlotSpec seq) =
        Array.map2 slot (Array.ofSeq specs) (keys mutation.Slots (specs |> Seq.map _.Key))

    // The same object at every call, as the library's own rules do.
    let known =
        Collections.Concurrent.ConcurrentDictionary<IReadOnlyList<SlotSpec>, SlotSpec[]>(HashIdentity.Reference)

    let scalars = keys mutation.Scalars acts.Scalars
    let shared = keys mutation.Shared acts.ModelScalars

    interface IGradientRule with
        member _.Name = acts.Name
        member _.Validate() = rule.Validate()
        member _.SlotsOf shape = known.GetOrAdd(acts.SlotsOf shape, (fun specs -> slotsOf specs))
        member _.OptionalSlots = acts.OptionalSlots
        member _.First(slot, lr) = mutation.Initial slot.Key (acts.First(slot, lr))
        member _.Scalars = scalars
        member _.CountsSteps = mutation.CountsSteps acts.CountsSteps
        member _.EagerState = mutation.EagerState acts.EagerState
        member _.Lr = acts.Lr
        member _.Allows lr = acts.Allows lr
        member _.Refuses shape = acts.Refuses shape
        member _.WeightDecay = mutation.WeightDecay acts.WeightDecay
        member _.Maximize = mutation.Maximize acts.Maximize
        member _.Sparse = acts.Sparse
        member _.Start lr = mutation.Start(acts.Start lr)
        member _.After now = mutation.After now.Before (acts.After &now)
        member _.ModelScalars = shared
        member _.StartModel() = mutation.StartModel(acts.StartModel())
        member _.Learn(before, lr, sums) = mutation.Learn before (acts.Learn(before, lr, sums))

/// A rule with a mutation.
[<RequireQualifiedAccess>]
module internal Mutated =

    let private acting<'rule> mutation (rule: IRule) : 'rule = unbox<'rule>(mutation.Acts rule)

    let private face mutation (rule: IRule) = MutatedFace(rule :?> IGradientRule, acting mutation rule, mutation)

    let rec of' mutation (seen: Seen | null) (rule: IRule) : IRule =
        match rule with
        | :? IModelRule ->
            { new FaultyModel(face mutation rule, acting mutation rule, mutation.Now, mutation.Fault, seen) with
                override _.ToString() = string rule
              interface IAround with
                  member _.Inner = rule
                  member _.Around inner = of' mutation seen inner
            }
        | :? IElementwiseRule ->
            { new FaultyElementwise(face mutation rule, acting mutation rule, mutation.Now, mutation.Fault, seen) with
                override _.ToString() = string rule
              interface IAround with
                  member _.Inner = rule
                  member _.Around inner = of' mutation seen inner
            }
        | _ ->
            { new FaultyWhole(face mutation rule, acting mutation rule, mutation.Now, mutation.Fault, seen) with
                override _.ToString() = string rule
              interface IAround with
                  member _.Inner = rule
                  member _.Around inner = of' mutation seen inner
            }
