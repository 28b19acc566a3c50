/// A step that asks for the loss is a function too, and every face makes the same one.
module internal Optim.Functional.Properties.Asking

open Optim.Functional

let private kept (memory: LbfgsMemory | null) =
    match memory with
    | null -> []
    | m ->
        [
            for name, vector in [ "d", m.D; "prev_flat_grad", m.PrevFlatGrad ] do
                match vector with
                | null -> ()
                | vector -> name, vector
            for i in 0 .. m.OldDirs.Count - 1 do
                $"old_dirs[{i}]", m.OldDirs[i]
                $"old_stps[{i}]", m.OldStps[i]
        ]

let private named label (θ: Params) = [ for entry in θ.Entries -> label + entry.Key, entry.Value ]
let private arrays (θ: Params, s: State) = Purity.owned (named "" θ @ kept s.Memory)

let purityOf (step: AskingStep) descent =
    let passed = ResizeArray<string * Params * Bits>()
    let note label θ = passed.Add(label, θ, Bits.parameters θ)

    let objective θ =
        note "given to the closure: " θ
        let struct (loss, g) = Descent.objective descent θ
        note "a gradient: " g
        struct (loss, g)

    let stepAt at =
        let before = Bits.whole at
        passed.Clear()
        let after, loss = step descent.Rule objective at

        let others =
            [
                for label, θ, _ in passed do
                    yield! named label θ
            ]

        let again = step descent.Rule (Descent.objective descent) at

        Bits.differences before (Bits.whole at)
        @ Bits.differences (Descend.bits (after, loss)) (Descend.bits again)
        @ Purity.shared (arrays at @ Purity.owned others) (arrays after)
        @ [
            for label, θ, bits in passed do
                yield! Bits.differences bits (Bits.parameters θ) |> List.map ((+) label)
        ],
        after

    (Run.init descent.Rule (Descent.start descent), [ 1 .. descent.Steps ])
    ||> List.mapFold (fun at _ -> stepAt at)
    |> fst
    |> List.concat
    |> List.truncate 6

let purity =
    Make.closure
        "closure purity"
        "A step that asks for the loss only reads its arguments, gives the same bits when it is made again, shares no array with them, and never writes to what the closure was given or gave."
        "A function whose arguments are used up cannot be retried, compared or shared between threads; a closure may keep what it was given."
        Make.everyRule
        (purityOf Descend.step)

let private pure' step (descent: Descent) =
    Descend.path step descent (Descent.objective descent) (Descent.start descent) |> List.map Descend.bits

let inPlaceOf step (descent: Descent) =
    let trainer = Trainer.over descent.Rule (Descent.start descent)
    Descend.differences (pure' step descent) [ for _ in 1 .. descent.Steps -> Descend.trainerStep descent trainer ]

let inPlace =
    Make.closure
        "closure in place"
        "Steps in place with a closure give the parameters, the memory and the losses of the pure steps, bitwise."
        "Both are one function of a vector; only where it is written differs."
        Make.everyRule
        (inPlaceOf Descend.step)

/// A fresh optimizer, with other options, that a saved one's state is loaded into.
let private reload descent trainer =
    let θ = Descent.split descent [ for p in trainer.Parameters -> string p.Name, int p.Value.Length ]

    let fresh =
        Trainer.over (LBFGS()) (θ (Array.concat [ for p in trainer.Parameters -> Bits.floats p.Value ]))

    fresh.Optimizer.LoadStateDict(StateDict.FromJson(trainer.Optimizer.StateDict().ToJson())) |> ignore
    fresh

let resumeOf step (descent: Descent) =
    (Trainer.over descent.Rule (Descent.start descent), [ 1 .. descent.Steps ])
    ||> List.mapFold (fun trainer _ ->
        let bits = Descend.trainerStep descent trainer
        bits, reload descent trainer)
    |> fst
    |> Descend.differences (pure' step descent)

let resume =
    Make.closure
        "closure resume"
        "Saving as JSON and loading into a fresh optimizer after every step gives the bits of never having stopped."
        "The memory is all that a step takes from those before it, and JSON holds every bit of it."
        Make.everyRule
        (resumeOf Descend.step)

let all = [ purity; inPlace; resume ]
