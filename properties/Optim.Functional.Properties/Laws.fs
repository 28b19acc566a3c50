namespace Optim.Functional.Properties

open System
open Optim.Functional

/// A rule does not obey a law.
type LawBroken(message: string) =
    inherit Exception(message)

/// The laws, and how a rule is checked against them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Law =

    let all: Law list =
        Purity.all @ Lanes.all @ Asking.all @ Mirrors.all @ Wolfe.all @ Curvature.all @ Conjugate.all

    let settings = { Cases = 100; Seed = 1 }

    let find name =
        match all |> List.tryFind (fun law -> law.Name = name) with
        | Some law -> law
        | None -> invalidArg "name" $"""There is no law '{name}'. Laws: {all |> List.map _.Name |> String.concat ", "}."""

    /// What is said of a law that is broken.
    let describe language (law: Law) (subject: Subject) (counterexample: Counterexample) =
        [
            $"{subject.Name} breaks the law '{law.Name}'."
            law.Sentence
            yield! counterexample.Violations |> List.map (fun line -> "  " + line)
            "Counterexample:"
            "  " + counterexample.Code language
            $"Seed {counterexample.Seed} finds it again."
        ]
        |> String.concat Environment.NewLine

    let internal checkAll language settings laws rule =
        let subject = Subject.ofRule rule

        for law in laws do
            match law.Check settings subject with
            | Verdict.Broken counterexample -> raise (LawBroken(describe language law subject counterexample))
            | _ -> ()

    /// Checks every law on a rule, as it is and with other options that its constructor accepts.
    let check (rule: IRule) = checkAll Language.FSharp settings all rule

    let replay name (input: obj) =
        match (find name).Replay input with
        | [] -> ()
        | violations -> raise (LawBroken(String.concat Environment.NewLine ((find name).Sentence :: violations)))

/// The laws, for C#.
[<AbstractClass; Sealed>]
type Laws =
    /// All laws.
    static member All = Law.all :> System.Collections.Generic.IReadOnlyList<Law>

    /// Checks every law on a rule, as it is and with other options that its constructor accepts.
    static member Check(rule: IRule) = Law.checkAll Language.CSharp Law.settings Law.all rule

    /// Checks a law on one case again.
    static member Replay(law: string, case: obj) = Law.replay law case
