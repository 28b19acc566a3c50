/// What holds for every elementwise rule: laws from a case to the ways in which it breaks them, none where it holds.
[<RequireQualifiedAccess>]
module Optim.Functional.Properties.Law

open System
open Optim.Functional

/// One element at a time, on one thread: what the other ways of running are measured against.
let scalar = Execution(LaneBits = 0, Threads = 1)

let private onward how (case: Case) first last (θ, s) =
    ((θ, s), [ first..last ])
    ||> List.fold (fun (θ, s) t -> case.Rule.Step(θ, Case.gradient case t, s, how = how).ToTuple())

/// Parameters and state after all steps of the pure face.
let stepped how case =
    let θ = Case.start case
    onward how case 1 case.Steps (θ, Optim.init case.Rule θ)

let private optimizer (case: Case) θ =
    let parameters = [ for name, value in Params.toList θ -> Parameter(value, name) ]
    parameters, Optimizer(parameters, case.Rule, Execution = scalar)

let private advance case (parameters: Parameter list, optimizer: Optimizer) steps =
    for t in steps do
        let g = Case.gradient case t
        optimizer.ZeroGrad()

        for p in parameters do
            if g.Contains(string p.Name) then
                p.Grad <- g[string p.Name]

        optimizer.Step()

let private inPlaceBits (parameters: Parameter list, optimizer: Optimizer) : Bits =
    [
        for p in parameters do
            yield string p.Name, Bits.data p.Value
        for p in parameters do
            yield! Bits.entry (string p.Name) (optimizer.State p)
    ]

let pureIsInPlace case =
    let both = optimizer case (Case.start case)
    advance case both [ 1 .. case.Steps ]
    Bits.differences (Bits.whole (stepped scalar case)) (inPlaceBits both)

let private arrays θ (s: State) =
    [
        for _, tensor in Params.toList θ do
            yield tensor
        for i in 0 .. s.Names.Count - 1 do
            yield! s[i].Slots.Values
    ]
    |> List.map (function
        | :? Tensor<float32> as t -> t.Data :> Array
        | t -> t.As<float>().Data)

let argumentsAreOnlyRead case =
    let θ, s = stepped scalar { case with Steps = case.Steps - 1 }
    let g = Case.gradient case case.Steps
    let before = Bits.whole (θ, s) @ Bits.tensors g
    let θ', s' = case.Rule.Step(θ, g, s).ToTuple()

    let shared =
        List.allPairs (arrays θ s @ arrays g s) (arrays θ' s')
        |> List.filter (fun (a, b) -> a.Length > 0 && Object.ReferenceEquals(a, b))

    Bits.differences before (Bits.whole (θ, s) @ Bits.tensors g)
    @ [ for a, _ in shared -> $"an array of {a.Length} elements is shared with the result" ]

let everyLaneIsScalar case =
    let wanted = Bits.whole (stepped scalar case)

    [
        for bits in [ 128; 256; 512 ] do
            for difference in Bits.differences wanted (Bits.whole (stepped (Execution(LaneBits = bits, Threads = 1)) case)) ->
                $"at {bits} bits: {difference}"
    ]

let threadsDoNotMatter threads chunk case =
    let how = Execution(Threads = threads, ChunkLength = chunk, SerialUpTo = 0)
    Bits.differences (Bits.whole (stepped scalar case)) (Bits.whole (stepped how case))

let absentGradientsChangeNothing case =
    let θ, s = stepped scalar { case with Steps = case.Steps - 1 }
    let g = Case.gradient { case with Gaps = true } case.Steps
    let θ', s' = case.Rule.Step(θ, g, s).ToTuple()

    [
        for name in θ.Names do
            if not (g.Contains name) then
                yield!
                    Bits.differences ((name, Bits.data θ[name]) :: Bits.entry name s[name]) ((name, Bits.data θ'[name]) :: Bits.entry name s'[name])
    ]

let parametersDoNotMeet case =
    let alone name =
        let only θ =
            Params.ofList
                [
                    for n, tensor in Params.toList θ do
                        if n = name then
                            n, tensor
                ]

        let θ = only (Case.start case)

        ((θ, Optim.init case.Rule θ), [ 1 .. case.Steps ])
        ||> List.fold (fun (θ, s) t -> Optim.step case.Rule (θ, only (Case.gradient case t), s))

    let θ, s = stepped scalar case

    [
        for name in θ.Names do
            yield! Bits.differences (Bits.whole (alone name)) ((name, Bits.data θ[name]) :: Bits.entry name s[name])
    ]

let runIsSteps case =
    let θ = Case.start case
    let mutable t = 0

    let gradient _ =
        t <- t + 1
        Case.gradient case t

    Bits.differences (Bits.whole (stepped scalar case)) (Bits.whole (Optim.run case.Rule gradient case.Steps (θ, Optim.init case.Rule θ)))

/// After k steps the parameters are copied, the state goes through JSON to a new optimizer with the rule's defaults.
let resumingIsNotStopping k (case: Case) =
    let whole = optimizer case (Case.start case)
    advance case whole [ 1 .. case.Steps ]

    let before = optimizer case (Case.start case)
    advance case before [ 1..k ]

    let after = optimizer case (Params.ofList [ for p in fst before -> string p.Name, p.Value ] |> _.Copy())
    let report = (snd after).LoadStateDict(StateDict.FromJson((snd before).StateDict().ToJson()))
    advance case after [ k + 1 .. case.Steps ]
    Bits.differences (inPlaceBits whole) (inPlaceBits after) @ List.ofSeq report.Differences

let skippingChangesNothing case =
    let rule = case.Rule |> Optim.onNonFinite NonFinite.Skip
    let θ, s = stepped scalar { case with Steps = case.Steps - 1 }

    let g =
        Params.ofList [ for name, tensor in Params.toList θ -> name, Case.tensor case.Single (Array.create tensor.Length nan) ]

    if Seq.sum case.Lengths = 0 then
        []
    else
        Bits.differences (Bits.whole (θ, s)) (Bits.whole (Optim.step rule (θ, g, s)))
