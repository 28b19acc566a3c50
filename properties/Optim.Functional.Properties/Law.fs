namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional
open Optim.Functional.Rules

/// How a law is checked.
type Settings =
    {
        /// How many cases are drawn.
        Cases: int
        /// Decides all that is drawn: the same seed, the same cases.
        Seed: int
    }

/// The smallest case found that breaks a law.
type Counterexample =
    {
        /// What differs, one line each.
        Violations: string list
        /// Code that checks the law on this case again.
        Code: Language -> string
        /// Cases that held before.
        Before: int
        /// The seed that finds it again.
        Seed: int
    }

/// What checking a law on a rule gave.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type Verdict =
    /// It held in so many cases.
    | Holds of cases: int
    /// It does not speak of this rule.
    | Excluded of reason: string
    /// It does not hold.
    | Broken of Counterexample

/// Something that holds for every optimizer, or for all of one kind.
[<NoComparison; NoEquality; StructuredFormatDisplay("{Text}")>]
type Law =
    {
        /// Short, for tables and for --law.
        Name: string
        /// What holds.
        Sentence: string
        /// Why: the paper, or the reason.
        Reason: string
        /// Why it does not speak of a rule, where it does not.
        Excludes: Subject -> string option
        /// Checks it.
        Check: Settings -> Subject -> Verdict
        /// Checks it on one case, a Case or a Descent: what differs, or nothing.
        Replay: obj -> string list
    }

    /// Name and sentence.
    member law.Text = $"{law.Name}: {law.Sentence}"

    override law.ToString() = law.Text

/// What a law is checked on: how it is drawn, when it breaks the law, how it is written down.
[<NoComparison; NoEquality>]
type internal Trial<'input> =
    { Arbitrary: Subject -> Arbitrary<'input>; Violations: 'input -> string list; Code: Language -> 'input -> string }

[<RequireQualifiedAccess>]
module internal Trial =

    let guarded violations input =
        try
            violations input
        with e -> // of a rule of the user's own, or of one that does not accept what it should
            [ $"{e.GetType().Name}: {e.Message}" ]

    /// Draws, checks, shrinks.
    let run trial (law: string) (settings: Settings) subject =
        if settings.Cases < 1 then
            invalidArg (nameof settings) $"The law '{law}' was to be checked on {settings.Cases} cases, wanted at least 1."

        let result: TestResult option ref = ref None

        let runner =
            { new IRunner with
                member _.OnStartFixture _ = ()
                member _.OnArguments(_, _, _) = ()
                member _.OnShrink(_, _) = ()
                member _.OnFinished(_, outcome) = result.Value <- Some outcome
            }

        let holds input =
            if not (guarded trial.Violations input).IsEmpty then
                failwith law

        let config =
            Config.Quick.WithMaxTest(settings.Cases).WithRunner(runner).WithReplay(Some { Rnd = Rnd(uint64 settings.Seed); Size = None })

        Check.One(config, Prop.forAll (trial.Arbitrary subject) holds)

        match result.Value with
        | Some(TestResult.Passed(data, _)) -> Verdict.Holds data.NumberOfTests
        | Some(TestResult.Failed(data, _, [ least ], _, _, _, _)) ->
            let least = unbox<'input> least

            let replay language =
                match language with
                | Language.CSharp -> $"Laws.Replay(\"{law}\", {trial.Code language least});"
                | _ -> $"Law.replay \"{law}\" ({trial.Code language least})"

            Verdict.Broken
                { Violations = guarded trial.Violations least; Code = replay; Before = data.NumberOfTests - 1; Seed = settings.Seed }
        | other -> invalidOp $"The law '{law}' could not be checked on {subject.Name}: {other}."

/// How laws are made.
[<RequireQualifiedAccess>]
module internal Make =

    let private case domain violations =
        { Arbitrary = Domain.arbitrary domain; Violations = violations; Code = Case.code }

    let private replay law (violations: 'input -> string list) (input: obj) =
        match input with
        | :? 'input as input -> Trial.guarded violations input
        | other -> invalidArg "input" $"The law '{law}' is about a {typeof<'input>.Name}, got a {other.GetType().Name}."

    let private law name sentence reason (excludes: IRule -> string option) trial replayed =
        let excludes (subject: Subject) = excludes subject.Rule

        {
            Name = name
            Sentence = sentence
            Reason = reason
            Excludes = excludes
            Check =
                fun settings subject ->
                    match excludes subject with
                    | Some reason -> Verdict.Excluded reason
                    | None -> Trial.run trial name settings subject
            Replay = replay name replayed
        }

    /// A law of all rules that are given gradients, and of plans, but for those that it excludes.
    let gradient name sentence reason excludes domain violations =
        law name sentence reason (Unless.any [ Unless.ungiven; excludes ]) (case domain violations) violations

    /// A law of one rule's formula: of the elementwise rules alone, but for those that it excludes.
    let elementwise name sentence reason excludes domain violations =
        gradient name sentence reason (Unless.any [ Unless.whole; Unless.plan; excludes ]) domain violations

    /// A law of the same about other inputs than a case: how they are drawn, and what differs in one that is replayed.
    let scenarios name sentence reason excludes trial violations =
        law name sentence reason (Unless.any [ Unless.ungiven; excludes ]) trial violations

    /// A law of the rules that ask for the loss themselves, but for those that it excludes.
    let closure name sentence reason excludes violations =
        let excludes (rule: IRule) =
            if rule :? IClosureRule then
                excludes rule
            else
                Some "its step is given gradients and never asks for the loss"

        law name sentence reason excludes { Arbitrary = Descent.arbitrary; Violations = violations; Code = Descent.code } violations

    /// A law whose cases cost so many times the others', and which is checked on so many times fewer.
    let costing times law =
        { law with Check = fun settings subject -> law.Check { settings with Cases = max 1 (settings.Cases / times) } subject }

    /// Excludes nothing.
    let everyRule (_: IRule) : string option = None

    /// Excludes all but rules of these names.
    let only names (rule: IRule) =
        if List.contains rule.Name names then
            let known = [ for o in (Registry.Find rule.Name).Options -> o.Name ]

            match [ for o in (Options.info rule).Options -> o.Name ] |> List.except known with
            | [] -> None
            | foreign -> Some $"""the library's {rule.Name} has no option {String.concat ", " foreign}"""
        else
            Some $"""it is about {String.concat ", " names}"""

    /// Excludes all but the library's own rules: another's may round otherwise and be as right.
    let ownRoundings (rule: IRule) =
        if Options.isOurs rule then
            None
        else
            Some "it asks for the library's own roundings; 'reference' allows others"

    /// Excludes all but the library's own rules of these names.
    let ours names = Unless.any [ only names; ownRoundings ]

    /// Excludes rules without an option.
    let having option (rule: IRule) = if Options.has option rule then None else Some $"it has no option {option}"
