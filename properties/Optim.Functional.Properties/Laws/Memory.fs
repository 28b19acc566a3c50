/// What a state remembers.
module internal Optim.Functional.Properties.Memory

open Optim.Functional
open Optim.Functional.Rules

/// Without a policy that leaves steps out.
let private making (rule: IRule) : IRule =
    match rule with
    | :? Plan as plan -> plan.Without<FinitePolicy>()
    | _ -> rule

let count =
    Make.gradient
        "count"
        "A parameter's step is the number of its gradients so far, or always 0 where the rule does not count."
        "torch: each parameter has a step of its own, which an absent gradient does not move."
        Unless.accumulating
        (Domain.any |> Domain.with' making)
        (fun case ->
            let _, s = Run.pure' Run.scalar case

            [
                for i, name in List.indexed (Case.names case) do
                    let gradients = case.Gradients |> List.filter (List.item i >> Option.isSome) |> List.length
                    let wanted = if (Kind.gradient case.Rule).CountsSteps then int64 gradients else 0L

                    if s[i].Step <> wanted then
                        $"{name}: wanted step {wanted}, got {s[i].Step}"
            ])

/// The slots that are the gradient itself after every step, of numbers that no operation rounds.
let private lastGradients (rule: IRule) =
    let gradients = [ 0.5; -0.25; 0.0; 2.0 ]
    let case = Case.Float64(Options.inner rule, [ [| 1.0 |] ], [ for g in gradients -> [ [| g |] ] ])
    let slots = [ for _, s in List.tail (Run.path Run.scalar case) -> s[0].Slots ]

    [
        for key in slots.Head.Keys do
            if (slots, gradients) ||> List.forall2 (fun slots g -> Bits.floats slots[key] = [| g |]) then
                key
    ]

/// The rule with one of its decays at 0: these are the options that are by default from 1/2 to below 1.
let private forgetful (rule: IRule) =
    let isDecay x = x >= 0.5 && x < 1.0

    [
        for o in (Options.info rule).Options do
            match o.Default, (Options.all rule)[o.Name] with
            | (:? float as x), _ when isDecay x -> yield! Options.trySet o.Name 0.0 rule |> Option.toList
            | (:? (float[]) as several), (:? (float[]) as given) ->
                for i in 0 .. several.Length - 1 do
                    if isDecay several[i] then
                        yield! Options.trySet o.Name (Array.updateAt i 0.0 given) rule |> Option.toList
            | _ -> ()
    ]

/// The rule, then the rule with each of the switches on that are off.
let private switched (rule: IRule) =
    rule
    :: [
        for o in (Options.info rule).Options do
            if o.Name <> "maximize" && o.Type = typeof<bool> && not (Options.isOn o.Name rule) then
                yield! Options.trySet o.Name true rule |> Option.toList
    ]

/// The rule with options that make one of its slots the last gradient, where there are such.
let private averaging (rule: IRule) =
    Options.setIf "weight_decay" 0.0 rule
    |> Options.setIf "maximize" false
    |> switched
    |> List.collect forgetful
    |> List.tryFind (lastGradients >> List.isEmpty >> not)

let forgetting =
    Make.elementwise
        "forgetting"
        "An average of gradients whose decay is 0 is the last gradient itself."
        "torch.lerp goes from the nearer end, so that the weight 1 gives it without rounding; m + (g - m) would round."
        (Unless.any
            [
                Make.ownRoundings
                fun rule ->
                    if (Kind.gradient rule).Sparse = SparseGradients.Only then
                        Some "torch adds what the average lacks to elements that a sparse gradient names, and so rounds"
                    else
                        None
                fun rule ->
                    if (averaging rule).IsNone then
                        Some "it has no average of gradients with a decay of its own"
                    else
                        None
            ])
        (Domain.of' Finite |> Domain.with' (fun rule -> averaging rule |> Option.defaultValue rule))
        (fun case ->
            let _, s = Run.pure' Run.scalar case
            let keys = lastGradients case.Rule

            [
                for i, name in List.indexed (Case.names case) do
                    match case.Gradients |> List.choose (List.item i) |> List.tryLast with
                    | Some g ->
                        for key in keys do
                            yield!
                                Bits.differences
                                    (Bits.unsignedZeros [ name, Bits.ofFloats g ])
                                    (Bits.unsignedZeros [ name, Bits.tensor s[i].Slots[key] ])
                    | None -> ()
            ])

let all = [ count; forgetting ]
