/// A step that asks for the loss is a function too, and every face makes the same one.
module internal Optim.Functional.Properties.Asking

open Optim.Functional

/// The tensors among the entries, those of lists too.
let rec private kept name (value: obj | null) =
    match value with
    | :? NDArray as tensor -> [ name, tensor ]
    | :? (char seq)
    | null -> []
    | :? System.Collections.IEnumerable as list ->
        [ for x in Seq.cast<obj> list -> x ] |> List.mapi (fun i x -> kept $"{name}[{i}]" x) |> List.concat
    | _ -> []

let private named label (θ: Params) = [ for entry in θ.Entries -> label + entry.Key, entry.Value ]

let private memory (s: State) =
    [
        for entry in s.ModelState do
            yield! kept entry.Key entry.Value
    ]

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
        @ Purity.shared (Purity.owned (named "" (fst at) @ memory (snd at) @ others)) (Purity.owned (named "" (fst after)))
        @ Purity.shared (Purity.owned (named "" (fst at) @ others)) (Purity.owned (memory (snd after)))
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
        "A step that asks for the loss only reads its arguments, gives the same bits when it is made again, \
        shares no array with them but of its memory, and never writes to what the closure was given or gave."
        "A function whose arguments are used up cannot be retried, compared or shared between threads; \
        a closure may keep what it was given. What no step writes to, two states may share."
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
let private reload (descent: Descent) trainer =
    let θ = Descent.split descent [ for p in trainer.Parameters -> string p.Name, int p.Value.Length ]

    let fresh =
        Trainer.over (Options.byDefault descent.Rule) (θ (Array.concat [ for p in trainer.Parameters -> Bits.floats p.Value ]))

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

/// What a closure throws half-way.
exception private HalfWay

let undoneOf step (descent: Descent) =
    let calls = ref 0

    let counted limit θ =
        calls.Value <- calls.Value + 1
        if calls.Value = limit then raise HalfWay else Descent.objective descent θ

    let wanted =
        (Run.init descent.Rule (Descent.start descent), [ 1 .. descent.Steps ])
        ||> List.mapFold (fun at _ ->
            calls.Value <- 0
            let after = step descent.Rule (counted 0) at
            (calls.Value, Descend.bits after), fst after)
        |> fst

    let trainer = Trainer.over descent.Rule (Descent.start descent)

    let attempt limit =
        let before = Descend.trainerBits trainer 0.0
        calls.Value <- 0

        let thrown =
            try
                Descend.trainerStepOf (counted limit) trainer |> ignore
                [ $"call {limit} of the closure threw, and the step did not" ]
            with HalfWay ->
                []

        thrown @ Bits.differences before (Descend.trainerBits trainer 0.0)

    [
        for t, (count, bits) in List.indexed wanted do
            for limit in List.distinct [ 1; (count + 1) / 2; count ] do
                yield! attempt limit |> List.map (sprintf "step %d, whose closure threw at call %d of %d: %s" (t + 1) limit count)

            yield! Bits.differences bits (Descend.trainerStep descent trainer) |> List.map (sprintf "after step %d, %s" (t + 1))
    ]
    |> List.truncate 6

let undone =
    Make.closure
        "closure undone"
        "A step whose closure throws, at its first call, its last or between, leaves the parameters and the memory as they were, \
        and the next step is as if it had not been tried."
        "An evaluation that fails, for want of memory or by a cancelled run, must not cost the run so far."
        Make.everyRule
        (undoneOf Descend.step)

/// The same descent over many more elements, whose sums take several chunks.
let private tiled n (descent: Descent) =
    let tile (values: float[]) =
        Array.init (if values.Length = 0 then 0 else n) (fun i -> values[i % values.Length])

    let start = tile (Array.concat descent.Start)

    { descent with
        Descent.Start = [ start ]
        D = tile descent.D
        U = Array.map (fun _ -> 0.0) start
        B = tile descent.B
        Steps = min 2 descent.Steps
    }

let private laneLength, private threadLength = 1000, 70_000

let lanesOf (step: Execution -> AskingStep) descent =
    let run how descent =
        Descend.path (step how) descent (Descent.objective descent) (Descent.start descent) |> List.map Descend.bits

    let some, many = tiled laneLength descent, tiled threadLength descent

    let against label how descent =
        Descend.differences (run Run.scalar descent) (run how descent) |> List.map (sprintf "%s: %s" label)

    [
        for bits in [ 128; 256; 512 ] do
            yield! against $"{bits} bits" (Execution(LaneBits = bits, Threads = 1)) some
        yield! against "3 threads" (Execution(Threads = 3, SerialUpTo = 0)) many
    ]

let lanes =
    Make.closure
        "closure lanes"
        "Registers of 128, 256 and 512 bits, and several threads, give the bits of one element at a time on one thread."
        "Which elements are added to which, and in what order, is fixed: in Vectors, and in the library's own sweeps."
        Make.everyRule
        (lanesOf Descend.stepBy)
    |> Make.costing 20

let all = [ purity; inPlace; resume; undone; lanes ]
