/// Saved and loaded again is the same as never stopped.
module internal Optim.Functional.Properties.Resume

open Optim.Functional
open Optim.Functional.Rules

/// A new optimizer over copies of the parameters, with another learning rate than will be loaded.
let private fresh (trainer: Trainer) (rule: IRule) =
    let copies = Params.Of [ for p in trainer.Parameters -> struct (string p.Name, p.Value) ] |> _.Copy()
    Trainer.over (Options.setIf "lr" 0.0625 rule) copies

let private resumed (load: StateDict -> StateDict) k (case: Case) =
    let gradients = Case.gradients case
    let before = Trainer.over case.Rule (Case.start case)
    List.truncate k gradients |> List.iter (Trainer.step before)
    let after = fresh before case.Rule
    let report = after.Optimizer.LoadStateDict(load (before.Optimizer.StateDict()))
    List.skip k gradients |> List.iter (Trainer.step after)
    List.ofSeq report.Differences, Trainer.bits after

let private law name sentence load =
    Make.gradient
        name
        sentence
        "A run may be stopped at any time: all that it remembers is in its state."
        Make.everyRule
        Domain.any
        (fun case ->
            let _, wanted = resumed id 0 case

            [ 0 .. case.Gradients.Length ]
            |> List.collect (fun k ->
                let differences, got = resumed load k case
                differences @ Bits.differences wanted got |> List.map (fun line -> $"saved after {k} steps: {line}")))

let stateDict =
    law "resume" "Saved to a state dict after any step and loaded, a run goes on with the bits of one that never stopped." id

let json =
    law "resume from JSON" "Saved as JSON after any step and loaded, a run goes on with the bits of one that never stopped." (fun saved ->
        StateDict.FromJson(saved.ToJson()))

let all = [ stateDict; json ]
