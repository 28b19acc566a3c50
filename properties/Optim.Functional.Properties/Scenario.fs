namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// One thing that a user does with a torch-style optimizer.
[<RequireQualifiedAccess>]
type Command =
    /// Sets the gradient of a parameter, counted round; the numbers are repeated to its length.
    | SetGrad of parameter: int * values: float[]
    /// Makes all gradients absent.
    | ZeroGrad
    /// A step with the gradients as they are.
    | Step
    /// Another value of an option, counted round, in a group, counted round.
    | SetOption of group: int * option: int
    /// One more group of one parameter, with another value of an option, counted round.
    | AddGroup of option: int * values: float[]
    /// Saves, and goes on with a new optimizer that loads; as JSON or not.
    | Reload of json: bool

/// What a user does, from the start on.
type Scenario =
    {
        /// The rule and the parameters that are there first; without gradients.
        Start: Case
        Commands: Command list
    }

    static member Of(start: Case, commands: Command list) = { Start = start; Commands = commands }

/// A group, as the pure face sees it.
[<NoComparison; NoEquality>]
type internal ModelGroup = { Rule: IRule; θ: Params; State: State }

/// What the optimizer must be like: the fold of the pure function, group by group.
[<NoComparison; NoEquality>]
type internal Model = { Case: Case; Groups: ModelGroup list; Gradients: Map<string, NDArray> }

[<RequireQualifiedAccess>]
module internal Model =

    let start (case: Case) =
        let θ = Case.start case
        { Case = case; Groups = [ { Rule = case.Rule; θ = θ; State = case.Rule.Init θ } ]; Gradients = Map.empty }

    let parameters model =
        [
            for group in model.Groups do
                for e in group.θ.Entries -> e.Key, e.Value
        ]

    let round' i n = ((i % n) + n) % n

    /// Name and gradient that a command sets.
    let gradient model i (values: float[]) =
        let all = parameters model
        let name, θ = all[round' i all.Length]

        name,
        Case.gradient
            model.Case
            (round' i all.Length)
            (if values.Length = 0 then
                 Array.zeroCreate (int θ.Length)
             else
                 Array.init (int θ.Length) (fun k -> values[k % values.Length]))

    /// The option that a command changes, where the rule has any.
    let option (rule: IRule) i =
        match Options.neighbours rule with
        | [] -> None
        | some -> Some some[round' i some.Length]

    /// How state begins is the optimizer's, not the group's, as in torch.
    let added model i =
        match option model.Case.Rule i with
        | Some(name, _, _) when (Kind.gradient model.Case.Rule).EagerState && name = "initial_accumulator_value" -> None
        | some -> some

    let run command model =
        match command with
        | Command.SetGrad(i, values) ->
            let name, g = gradient model i values
            { model with Gradients = Map.add name g model.Gradients }
        | Command.ZeroGrad -> { model with Gradients = Map.empty }
        | Command.Step ->
            let step group =
                let g =
                    Params.Of
                        [
                            for name in group.θ.Names do
                                match Map.tryFind name model.Gradients with
                                | Some g -> struct (name, g)
                                | None -> ()
                        ]

                let θ, s = Run.step Run.scalar group.Rule (group.θ, group.State) g
                { group with θ = θ; State = s }

            { model with Groups = List.map step model.Groups }
        | Command.SetOption(group, i) ->
            let group = round' group model.Groups.Length

            match option model.Groups[group].Rule i with
            | Some(_, _, rule) -> { model with Groups = List.updateAt group { model.Groups[group] with Rule = rule } model.Groups }
            | None -> model
        | Command.AddGroup(i, values) ->
            let number = (parameters model).Length
            let θ = Params.Of [ struct ($"p{number}", Case.tensor model.Case number values) ]

            let rule =
                match added model i with
                | Some(_, _, rule) -> rule
                | None -> model.Case.Rule

            { model with Groups = model.Groups @ [ { Rule = rule; θ = θ; State = model.Case.Rule.Init θ } ] }
        | Command.Reload _ -> { model with Gradients = Map.empty }

    let bits model : Bits =
        [
            for group in model.Groups do
                yield! Bits.whole (group.θ, group.State)
        ]
        |> List.sortBy fst

/// The optimizer that the commands are given to.
type internal Actual(case: Case) =
    let mutable groups = [ Trainer.parameters (Case.start case) ]
    let mutable optimizer = Optimizer(groups.Head, case.Rule, Execution = Run.scalar)

    /// Carries a command out, as the model before it says what it means.
    member _.Run(command, before: Model) =
        match command with
        | Command.SetGrad(i, values) ->
            let name, g = Model.gradient before i values

            for p in List.concat groups do
                if p.Name = name then
                    p.Grad <- g
        | Command.ZeroGrad -> optimizer.ZeroGrad()
        | Command.Step -> optimizer.Step()
        | Command.SetOption(group, i) ->
            let group = Model.round' group groups.Length

            match Model.option before.Groups[group].Rule i with
            | Some(name, value, _) -> optimizer.ParamGroups[group][name] <- value
            | None -> ()
        | Command.AddGroup(i, values) ->
            let number = (List.concat groups).Length
            let members = [ Parameter(Case.tensor case number values, $"p{number}") ]
            let group = ParamGroup members

            match Model.added before i with
            | Some(name, value, _) -> group[name] <- value
            | None -> ()

            optimizer.AddParamGroup group
            groups <- groups @ [ members ]
        | Command.Reload json ->
            let saved = optimizer.StateDict()

            let copies (members: Parameter list) =
                [ for p in members -> Parameter((Params.Of [ struct ("", p.Value) ]).Copy()[0], p.Name) ]

            groups <- List.map copies groups
            optimizer <- Optimizer(List.map ParamGroup groups, case.Rule, Execution = Run.scalar)
            optimizer.LoadStateDict(if json then StateDict.FromJson(saved.ToJson()) else saved) |> ignore

    member _.Bits: Bits =
        [
            for members in groups do
                for p in members do
                    yield string p.Name, Bits.tensor p.Value
                    yield! Bits.entry (string p.Name) (optimizer.State p)
            yield! Trainer.shared optimizer
        ]
        |> List.sortBy fst

[<RequireQualifiedAccess>]
module internal Scenario =

    /// What differs after each command, until something does.
    let violations scenario =
        let rec go number model (actual: Actual) commands =
            match commands with
            | [] -> []
            | command :: rest ->
                let after = Model.run command model
                actual.Run(command, model)

                match Bits.differences (Model.bits after) actual.Bits with
                | [] -> go (number + 1) after actual rest
                | lines -> lines |> List.map (fun line -> $"after command {number}: {line}")

        go 1 (Model.start scenario.Start) (Actual scenario.Start) scenario.Commands

    let private command language c =
        let array, call =
            Code.array language, (if language = Language.CSharp then "Command.New" else "Command.")

        match c with
        | Command.SetGrad(i, values) -> $"{call}SetGrad({i}, {array values})"
        | Command.SetOption(group, i) -> $"{call}SetOption({group}, {i})"
        | Command.AddGroup(i, values) -> $"{call}AddGroup({i}, {array values})"
        | Command.Reload json -> $"""{call}Reload({if json then "true" else "false"})"""
        | Command.ZeroGrad -> "Command.ZeroGrad"
        | Command.Step -> "Command.Step"

    let code language scenario =
        let commands = Code.list language (List.map (command language) scenario.Commands)
        $"Scenario.Of({Case.code language scenario.Start}, {commands})"
