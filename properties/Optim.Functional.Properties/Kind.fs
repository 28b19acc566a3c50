namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// Of what kind a rule is, alone or in a plan.
[<RequireQualifiedAccess>]
module internal Kind =

    /// The rule itself, of a plan the one of the parameters that are in no part.
    let rule (rule: IRule) =
        match rule with
        | :? Plan as plan -> plan.Rule
        | _ -> rule

    /// The same of a rule that is given gradients.
    let gradient rule' = rule rule' :?> IGradientRule

    let stages (rule: IRule) : IStage list =
        match rule with
        | :? Plan as plan -> List.ofSeq plan.Stages
        | _ -> []

    let parts (rule: IRule) : Part list =
        match rule with
        | :? Plan as plan -> List.ofSeq plan.Parts
        | _ -> []

    let rec all (rule': IRule) : IRule list =
        rule rule'
        :: [
            for part in parts rule' do
                yield! all part.Plan
        ]

    let find<'stage when 'stage :> IStage> (rule: IRule) =
        stages rule
        |> List.tryPick (fun stage ->
            match stage with
            | :? 'stage as stage -> Some stage
            | _ -> None)

    let has<'stage when 'stage :> IStage> rule = stages rule |> List.exists (fun stage -> stage :? 'stage)

    /// The rule alone, or a plan that is no more.
    let isPlain rule = (stages rule).IsEmpty && (parts rule).IsEmpty

    let isElementwise rule' = rule rule' :? IElementwiseRule

    let isModel rule' = all rule' |> List.exists (fun rule -> rule :? IModelRule)

    let isWhole rule' = all rule' |> List.exists (fun rule -> rule :? IWholeRule)

    /// Whether it takes parameters that are vectors.
    let takesVectors rule' = isNull ((gradient rule').Refuses [| 3 |])

    /// What is kept for a vector or, where it refuses these, a matrix.
    let slots rule' = (gradient rule').SlotsOf(if takesVectors rule' then [| 1 |] else [| 1; 1 |])

/// Why a law does not speak of a rule. None where it does.
[<RequireQualifiedAccess>]
module internal Unless =

    /// The first reason of several.
    let any (reasons: (IRule -> string option) list) rule = reasons |> List.tryPick (fun reason -> reason rule)

    let private where condition reason (rule: IRule) = if condition rule then Some reason else None

    let ungiven (rule: IRule) =
        match Kind.rule rule with
        | :? IClosureRule -> Some "it asks for the loss itself, and is not given gradients"
        | :? IGradientRule -> None
        | _ -> Some "it has no formula"

    let plan: IRule -> string option =
        where (fun rule -> not (Kind.isPlain rule)) "a plan's stages and parts change the rule's step: see 'stages' and 'parts'"

    let whole: IRule -> string option =
        where (fun rule -> not (Kind.isElementwise rule)) "it has no formula for one element: its step looks at whole parameters"

    let model: IRule -> string option =
        where Kind.isModel "its step depends on sums over all parameters, which round by their order"

    let sparseOnly: IRule -> string option =
        where
            (fun rule ->
                match Kind.rule rule with
                | :? IGradientRule as rule -> rule.Sparse = SparseGradients.Only
                | _ -> false)
            "it takes sparse gradients only"

    let rateless: IRule -> string option =
        where
            (fun rule ->
                match Kind.rule rule with
                | :? IGradientRule as rule -> Double.IsNaN rule.Lr
                | _ -> false)
            "it has no lr"

    let noisy: IRule -> string option =
        where Kind.has<Noise> "its noise is of the step and the element's place, whatever the gradient"

    let accumulating: IRule -> string option =
        where Kind.has<Accumulate> "it makes one step for the gradients of several calls"

    let seeded: IRule -> string option = where Kind.has<Noise> "its noise is of the parameter's name"

    let clipped: IRule -> string option =
        where Kind.has<ClipNorm> "the norm it clips by is a sum over all gradients, which rounds by their order"

    let gathered: IRule -> string option =
        where
            (fun rule -> Kind.stages rule |> List.exists (fun stage -> stage :? IGradientStage))
            "its gradient stages look at the gradients of all groups together"

    let scheduled: IRule -> string option = where Kind.has<ISchedule> "its schedule says the learning rate"

    let decaying: IRule -> string option =
        where Kind.has<CautiousWeightDecay> "its cautious decay shrinks what does not move"

    let parted: IRule -> string option =
        where (fun rule -> not (Kind.parts rule).IsEmpty) "the rules of its parts have options of their own"

    let named: IRule -> string option =
        where (fun rule -> Kind.parts rule |> List.exists (fun part -> not (isNull part.Where.Name))) "it selects its parts by name"

    /// A rule that cannot stand still.
    let restless: IRule -> string option =
        where
            (fun rule ->
                match Kind.rule rule with
                | :? IGradientRule as rule -> not (rule.Allows 0.0)
                | _ -> false)
            "its lr is more than 0"
