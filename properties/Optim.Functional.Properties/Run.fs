namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules

/// The ways in which a case can be run.
[<RequireQualifiedAccess>]
module internal Run =

    /// One element at a time, on one thread: what the other ways are measured against.
    let scalar = Execution(LaneBits = 0, Threads = 1)

    let step how (rule: IRule) (θ: Params, s: State) (g: Params) =
        let struct (θ, s) = rule.Step(θ, g, s, how = how)
        θ, s

    let init (rule: IRule) θ = θ, rule.Init(θ: Params)

    /// Parameters and state before the first step and after each, by the pure face.
    let path how case =
        List.scan (step how case.Rule) (init case.Rule (Case.start case)) (Case.gradients case)

    /// Parameters and state after all steps of the pure face.
    let pure' how case = List.last (path how case)

    let bits how case = Bits.whole (pure' how case)

    /// The same numbers over and over, to tensors of these lengths.
    let tiled lengths case =
        let pick (values: 'a list) i = values[i % values.Length]

        let tile n (values: float[]) =
            if values.Length = 0 then Array.create n 1.0 else Array.init n (fun i -> values[i % values.Length])

        { case with
            Shapes = if case.Shapes.IsEmpty then [] else lengths |> List.mapi (fun i _ -> pick case.Shapes i)
            Start = lengths |> List.mapi (fun i n -> tile n (pick case.Start i))
            Gradients = case.Gradients |> List.map (fun g -> lengths |> List.mapi (fun i n -> Option.map (tile n) (pick g i)))
        }

/// The torch-style face over the parameters of a case.
[<NoComparison; NoEquality>]
type internal Trainer = { Parameters: Parameter list; Optimizer: Optimizer }

[<RequireQualifiedAccess>]
module internal Trainer =

    let parameters θ = [ for entry in (θ: Params).Entries -> Parameter(entry.Value, entry.Key) ]

    let over (rule: IRule) θ =
        let parameters = parameters θ
        { Parameters = parameters; Optimizer = Optimizer(parameters, rule, Execution = Run.scalar) }

    let setGradients (parameters: Parameter list) (g: Params) =
        for p in parameters do
            p.Grad <-
                match p.Name with
                | null -> null
                | name -> if g.Contains name then g[name] else null

    let step trainer g =
        setGradients trainer.Parameters g
        trainer.Optimizer.Step()

    /// What each group's parameters share.
    let shared (optimizer: Optimizer) : Bits =
        [
            if optimizer.Plan.Parts.Count = 0 then
                match optimizer.Plan.Rule with
                | :? IGradientRule as rule when rule.ModelScalars.Count > 0 ->
                    for group in optimizer.StateDict().ParamGroups do
                        for key in rule.ModelScalars -> key, [| Bits.number (unbox<float> group[key]) |]
                | _ -> ()
        ]

    let bits trainer : Bits =
        [
            for p in trainer.Parameters do
                string p.Name, Bits.tensor p.Value
            for p in trainer.Parameters do
                yield! Bits.entry (string p.Name) (trainer.Optimizer.State p)
            yield! shared trainer.Optimizer
        ]

/// A step of a rule that asks for the loss: parameters and state after it, and the loss that it returns.
type internal AskingStep = IClosureRule -> Objective -> Params * State -> (Params * State) * float

/// The ways in which a descent can be run.
[<RequireQualifiedAccess>]
module internal Descend =

    let stepBy (how: Execution) : AskingStep =
        fun rule objective (θ, s) ->
            let struct (θ, s, loss) = rule.Step((fun θ -> objective θ), θ, s, how)
            (θ, s), loss

    let step: AskingStep = stepBy Execution.Default

    /// What each step gives, from these parameters on.
    let path (step: AskingStep) (descent: Descent) objective θ =
        (Run.init descent.Rule θ, [ 1 .. descent.Steps ])
        ||> List.mapFold (fun at _ ->
            let after, loss = step descent.Rule objective at
            (after, loss), after)
        |> fst

    let private all θ model loss : Bits =
        [ yield "θ", Bits.ofFloats θ; yield! Bits.model model; yield "loss", [| Bits.number loss |] ]

    /// All that a step gives, the parameters one after another.
    let bits ((θ: Params, s: State), loss) = all (Descent.flat θ) s.ModelState loss

    let private parameters trainer = Params.Of [ for p in trainer.Parameters -> struct (string p.Name, p.Value) ]

    /// All that the torch-style face has, and a loss.
    let trainerBits trainer loss = all (Descent.flat (parameters trainer)) trainer.Optimizer.ModelState loss

    /// One step of the torch-style face down this function.
    let trainerStepOf (objective: Objective) trainer =
        let θ = parameters trainer

        trainer.Optimizer.Step(fun () ->
            let struct (loss, g) = objective θ
            Trainer.setGradients trainer.Parameters g
            loss)
        |> trainerBits trainer

    /// One step of the torch-style face.
    let trainerStep descent trainer = trainerStepOf (Descent.objective descent) trainer

    /// Where two runs differ, and after which step.
    let differences wanted got =
        List.zip wanted got
        |> List.indexed
        |> List.collect (fun (t, (a, b)) -> Bits.differences a b |> List.map (sprintf "after step %d, %s" (t + 1)))
        |> List.truncate 6
