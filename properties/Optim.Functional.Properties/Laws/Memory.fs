/// What a state remembers.
module internal Optim.Functional.Properties.Memory

open Optim.Functional

let count =
    Make.gradient
        "count"
        "A parameter's step is the number of its gradients so far, or always 0 where the rule does not count."
        "torch: each parameter has a step of its own, which an absent gradient does not move."
        Make.everyRule
        Domain.any
        (fun case ->
            let _, s = Run.pure' Run.scalar case

            [
                for i, name in List.indexed (Case.names case) do
                    let gradients = case.Gradients |> List.filter (List.item i >> Option.isSome) |> List.length
                    let wanted = if (Kind.gradient case.Rule).CountsSteps then int64 gradients else 0L

                    if s[i].Step <> wanted then
                        $"{name}: wanted step {wanted}, got {s[i].Step}"
            ])

/// The average with the option that makes it forget.
let private average (rule: IRule) =
    if Options.has "betas" rule then
        "exp_avg", Options.set "betas" [| 0.0; (Options.get<float[]> "betas" rule)[1] |] rule
    else
        "grad_avg", rule |> Options.set "alpha" 0.0 |> Options.set "centered" true

let forgetting =
    Make.elementwise
        "forgetting"
        "An average of gradients whose decay is 0 is the last gradient itself."
        "torch.lerp goes from the nearer end, so that the weight 1 gives it without rounding; m + (g - m) would round."
        (Make.ours [ "Adam"; "AdamW"; "Adamax"; "NAdam"; "RAdam"; "RMSprop" ])
        (Domain.of' Finite |> Domain.with' (average >> snd >> Options.set "weight_decay" 0.0 >> Options.set "maximize" false))
        (fun case ->
            let _, s = Run.pure' Run.scalar case
            let key = fst (average case.Rule)

            [
                for i, name in List.indexed (Case.names case) do
                    match case.Gradients |> List.choose (List.item i) |> List.tryLast with
                    | Some g ->
                        yield!
                            Bits.differences
                                (Bits.unsignedZeros [ name, Bits.ofFloats g ])
                                (Bits.unsignedZeros [ name, Bits.tensor s[i].Slots[key] ])
                    | None -> ()
            ])

let all = [ count; forgetting ]
