/// The torch-style optimizer against the pure function.
module internal Optim.Functional.Properties.Faces

open FsCheck
open FsCheck.FSharp
open FsCheck.Experimental
open Optim.Functional

/// A command of a scenario, which FsCheck's machine runs on the model and on the optimizer.
type private Operate(command: Command) =
    inherit Operation<Actual, Model * Model>()
    member _.Command = command

    override _.Run((_, before)) =
        before,
        try
            Model.run command before
        with _ -> // is met again, and told, when the optimizer is compared
            before

    override _.Check(actual, (before, after)) =
        actual.Run(command, before)
        Prop.ofTestable (Bits.differences (Model.bits after) actual.Bits).IsEmpty

type private Begin(case: Case) =
    inherit Setup<Actual, Model * Model>()
    member _.Case = case
    override _.Actual() = Actual case

    override _.Model() =
        let start =
            try
                Model.start case
            with _ -> // likewise
                { Case = case; Groups = []; Gradients = Map.empty }

        start, start

let private values case =
    gen {
        let! n = Gen.choose (0, 5)
        let! exponents = Gen.listOfLength n (Gen.choose (-3, 2))
        let! digits = Gen.listOfLength n (Gen.choose (-99, 99))
        let round' (x: float) = if case.Single then float (float32 x) else x
        return List.map2 (fun (e: int) (d: int) -> round' (float d / 10.0 * (10.0 ** float e))) exponents digits |> Array.ofList
    }

/// Whether groups do not see each other.
let private isApart rule = Kind.isPlain rule && not (Kind.isModel rule)

let private command (model: Model) =
    let values, index = values model.Case, Gen.choose (0, 9)

    Gen.frequency
        [
            6, Gen.map2 (fun i v -> Command.SetGrad(i, v)) index values
            6, Gen.constant Command.Step
            1, Gen.constant Command.ZeroGrad
            2, Gen.map2 (fun group i -> Command.SetOption(group, i)) index index
            if isApart model.Case.Rule then
                1, Gen.map2 (fun i v -> Command.AddGroup(i, v)) index values
            1, Gen.map Command.Reload (Gen.elements [ true; false ])
        ]

/// The command with fewer or rounder numbers, or about the first of what there is.
let private simpler command =
    let arrays (values: float[]) =
        [
            for kept in Numbers.cuts values.Length -> kept |> Array.map (fun k -> values[k])
            for k in 0 .. values.Length - 1 do
                for x in Numbers.rounder values[k] -> Array.updateAt k x values
        ]

    let first i = if i = 0 then [] else [ 0 ]

    match command with
    | Command.SetGrad(i, values) ->
        [ for i in first i -> Command.SetGrad(i, values) ] @ [ for values in arrays values -> Command.SetGrad(i, values) ]
    | Command.AddGroup(i, values) ->
        [ for i in first i -> Command.AddGroup(i, values) ] @ [ for values in arrays values -> Command.AddGroup(i, values) ]
    | Command.SetOption(group, i) ->
        [ for group in first group -> Command.SetOption(group, i) ] @ [ for i in first i -> Command.SetOption(group, i) ]
    | Command.Reload true -> [ Command.Reload false ]
    | Command.Reload false
    | Command.ZeroGrad
    | Command.Step -> []

let private operate command = Operate command :> Operation<Actual, Model * Model>

let private machine subject =
    let start =
        Domain.arbitrary { Domain.of' Moderate with Gaps = false } subject
        |> Arb.mapFilter (fun case -> { case with Gradients = [] }) (fun _ -> true)

    { new Machine<Actual, Model * Model>(20) with
        member _.Setup =
            start |> Arb.convert (fun case -> Begin case :> Setup<_, _>) (fun setup -> (setup :?> Begin).Case)

        member _.Next((_, model)) = command model |> Gen.map operate

        member _.ShrinkOperations operations =
            seq {
                for i in 0 .. operations.Length - 1 do
                    List.removeAt i operations

                for i in 0 .. operations.Length - 1 do
                    for c in simpler (operations[i] :?> Operate).Command do
                        List.updateAt i (operate c) operations
            }
    }

let private scenario (run: MachineRun<Actual, Model * Model>) =
    {
        Start = (snd run.Setup :?> Begin).Case
        Commands = [ for operation, _ in run.Operations -> (operation :?> Operate).Command ]
    }

let faces =
    Make.scenarios
        "faces"
        "The torch-style optimizer is the fold of the pure function, through steps, zero_grad, options, groups, saves and loads."
        "Two faces, one optimizer: whatever is done to the mutable one has a meaning in the pure one. \
        Of plans and of rules that measure all parameters there is one group."
        Unless.parted
        {
            Arbitrary =
                fun subject ->
                    let machine = machine subject in Arb.fromGenShrink (StateMachine.generate machine, StateMachine.shrink machine)
            Violations = scenario >> Scenario.violations
            Code = fun language -> scenario >> Scenario.code language
        }
        Scenario.violations

let all = [ faces ]
