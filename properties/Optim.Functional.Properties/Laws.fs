namespace Optim.Functional.Properties

open System
open System.Collections.Generic
open Optim.Functional
open Optim.Functional.Rules

/// A rule does not obey a law.
type LawBroken(message: string) =
    inherit Exception(message)

/// The laws, and how a rule is checked against them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Law =

    let all: Law list =
        List.concat
            [
                Purity.all
                Lanes.all
                Structure.all
                Faces.all
                Resume.all
                Algebra.all
                Memory.all
                Reference.all
                Scaling.all
                Momentum.all
                Adam.all
                Adaptive.all
                Rprop.all
                Averaging.all
                Distance.all
                Sparse.all
                Stages.all
                Prepared.all
                Followed.all
                Rated.all
                Parts.all
                Asking.all
                Mirrors.all
                Wolfe.all
                Curvature.all
                Conjugate.all
            ]

    let defaultCases = 100

    let find name =
        match all |> List.tryFind (fun law -> law.Name = name) with
        | Some law -> law
        | None -> invalidArg "name" $"""There is no law '{name}'. Laws: {all |> List.map _.Name |> String.concat ", "}."""

    let private lines = String.concat Environment.NewLine

    let describe language (law: Law) (subject: Subject) (counterexample: Counterexample) =
        let imports =
            match language with
            | Language.CSharp -> [ "using Optim.Functional;"; "using Optim.Functional.Properties;" ]
            | _ -> [ "open Optim.Functional"; "open Optim.Functional.Properties" ]

        [
            yield $"{subject.Name} breaks the law '{law.Name}': {law.Sentence}"
            yield! counterexample.Violations |> List.map (fun line -> "  " + line)
            yield "The smallest case found, as code:"
            yield! imports @ [ counterexample.Code language ] |> List.map (fun line -> "  " + line)
        ]
        |> lines

    let internal checkAs language settings (rule: IRule) =
        let subject = Subject.ofRule rule

        for law in all do
            match law.Check settings subject with
            | Verdict.Broken counterexample ->
                let again =
                    match language with
                    | Language.CSharp -> $"Laws.Check(rule, cases: {settings.Cases}, seed: {settings.Seed})"
                    | _ -> $"Law.checkWith {{ Cases = {settings.Cases}; Seed = {settings.Seed} }} rule"

                raise (
                    LawBroken(lines [ describe language law subject counterexample; $"Found with seed {settings.Seed}; again by {again}" ])
                )
            | _ -> ()

    let checkWith settings rule = checkAs Language.FSharp settings rule

    let check rule = checkWith { Cases = defaultCases; Seed = Random.Shared.Next() } rule

    let replay name (input: obj) =
        let law = find name

        match law.Replay input with
        | [] -> ()
        | violations ->
            raise (LawBroken(lines ($"The law '{name}' is broken: {law.Sentence}" :: List.map (fun line -> "  " + line) violations)))

/// The laws, for C#.
[<AbstractClass; Sealed>]
type Laws =
    static member All = Law.all :> IReadOnlyList<Law>
    static member Check(rule: IRule) = Laws.Check(rule, Law.defaultCases, Random.Shared.Next())

    static member Check(rule: IRule, cases: int, seed: int) = Law.checkAs Language.CSharp { Cases = cases; Seed = seed } rule

    static member Replay(law: string, input: obj) = Law.replay law input
