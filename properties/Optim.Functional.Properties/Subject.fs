namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional

/// What is verified: rules of one type, with many options.
type Subject =
    {
        /// As tables name it.
        Name: string
        /// One of them, which says of what kind they all are.
        Rule: IRule
        /// All of them.
        Rules: Gen<IRule>
    }

[<RequireQualifiedAccess>]
module Subject =

    let private choose (values: 'a list) : Gen<obj | null> = Gen.elements [ for value in values -> box value ]

    /// Legal values of an option of torch's, over its whole range; of another one, values near the given.
    let private values (o: OptionInfo) (given: obj | null) =
        match o.Name, given with
        | "lr", _ -> choose [ 0.1; 1e-3; 1.0; 0.01; 10.0 ]
        | "betas", _ -> choose [ [| 0.9; 0.999 |]; [| 0.0; 0.0 |]; [| 0.3; 0.5 |]; [| 0.99; 0.9 |]; [| 0.0; 0.99 |]; [| 0.6; 0.0 |] ]
        | "etas", _ -> choose [ [| 0.5; 1.2 |]; [| 0.3; 3.0 |]; [| 0.9; 1.01 |] ]
        | "step_sizes", _ -> choose [ [| 1e-6; 50.0 |]; [| 0.05; 0.2 |]; [| 0.0; 1.0 |] ]
        | "eps", _ -> choose [ 1e-8; 1e-10; 1e-3; 0.0; 1.0 ]
        | "t0", _ -> choose [ 1e6; 0.0; 2.0; -1.0 ]
        | "lambd", _ -> choose [ 1e-4; 0.0; 0.1; -0.01 ]
        | ("weight_decay" | "lr_decay" | "initial_accumulator_value"), _ -> choose [ 0.0; 1e-4; 0.1; 2.0 ]
        | "dampening", _ -> choose [ 0.0; 0.5; 1.0; -0.5 ]
        | ("momentum" | "rho" | "alpha"), _ -> choose [ 0.0; 0.5; 0.9; 0.99; 1.0 ]
        | "max_iter", _ -> choose [ 20; 0; 1; 2; 5; 30 ]
        | "max_eval", _ -> Gen.elements [ null; box 0; box 1; box 3; box 8; box 60 ]
        | "tolerance_grad", _ -> choose [ 1e-5; 0.0; 1e-9; 1e-2; -1.0 ]
        | "tolerance_change", _ -> choose [ 1e-9; 0.0; 1e-5; 1e-2 ]
        | "history_size", _ -> choose [ 100; 1; 2; 3; 8 ]
        | "line_search_fn", _ -> Gen.elements [ null; box "strong_wolfe" ]
        | _, (:? bool) -> choose [ true; false ]
        | _, (:? float as x) -> choose [ x; x / 2.0 ]
        | _, other -> Gen.constant other

    let private create (info: RuleInfo) options =
        try
            Some(info.Create(readOnlyDict options))
        with :? ArgumentException -> // an option out of range, or two that do not go together
            None

    let private varied (info: RuleInfo) (given: (string * (obj | null)) list) =
        let needed =
            given |> List.filter (fun (name, _) -> info.Options |> Seq.exists (fun o -> o.Required && o.Name = name))

        let option (o: OptionInfo) =
            let mine = given |> List.tryFind (fun (name, _) -> name = o.Name) |> Option.map snd

            let start =
                match mine with
                | Some value -> value
                | None -> o.Default

            Gen.frequency [ 1, Gen.constant start; 1, values o start ] |> Gen.map (fun value -> o.Name, value)

        Gen.frequency [ 1, Gen.constant given; 1, Gen.constant needed; 6, info.Options |> Seq.map option |> Gen.sequenceToList ]
        |> Gen.map (create info)
        |> Gen.filter Option.isSome
        |> Gen.map Option.get

    /// A line of the registry, with all legal options.
    let ofLine (info: RuleInfo) =
        let given =
            [
                for o in info.Options do
                    if o.Required then
                        o.Name, (box 0.1: obj | null)
            ]

        { Name = info.Name; Rule = info.Create(readOnlyDict given); Rules = varied info given }

    /// A rule with its options as they are, and with others that its constructor accepts.
    let ofRule (rule: IRule) =
        let info = RuleInfo.Of(rule.GetType())
        let given = [ for o in info.Read rule -> o.Key, o.Value ]

        let rules =
            if info.Options.Count = 0 then
                Gen.constant rule
            else
                Gen.frequency [ 1, Gen.constant rule; 3, varied info given ]

        { Name = rule.Name; Rule = rule; Rules = rules }
