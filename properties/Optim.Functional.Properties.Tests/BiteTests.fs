namespace Optim.Functional.Properties.Tests

open System
open System.Collections.Concurrent
open System.IO
open FsCheck.FSharp
open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

/// Counts the mutants and, when all tests are done, writes artifacts/bite.txt, which ./build.sh test prints.
type BiteTally() =
    static let fates = ConcurrentDictionary<string, Fate list>()

    static member Add(line: RuleInfo, all: Fate list) = fates[line.Name] <- all

    interface IDisposable with
        member _.Dispose() =
            let count chosen (all: Fate seq) = all |> Seq.filter chosen |> Seq.length

            let line name all =
                let by =
                    all
                    |> Seq.choose (function
                        | Fate.Killed by -> Some by
                        | _ -> None)
                    |> Seq.countBy id
                    |> Seq.sortBy (fun (by, n) -> -n, by)
                    |> Seq.map (fun (by, n) -> $"{by} {n}")
                    |> String.concat ", "

                let mutants = all |> Seq.filter (fun fate -> fate <> Fate.Unread) |> List.ofSeq

                $"{name}: {mutants.Length} mutants, {count _.IsKilled mutants} killed ({by}), \
                {count _.IsEqual mutants} equal to the rule, {count _.IsUnsigned mutants} but for the sign of zeros"

            if not fates.IsEmpty then
                let folder = Directory.CreateDirectory(Path.Combine(Repository.root, "artifacts")).FullName

                File.WriteAllLines(
                    Path.Combine(folder, "bite.txt"),
                    [
                        line "bite" (Seq.concat fates.Values)
                        for KeyValue(name, all) in Seq.sortBy (fun (fate: Collections.Generic.KeyValuePair<_, _>) -> fate.Key) fates do
                            $"  {line name all}"
                    ]
                )

[<assembly: AssemblyFixture(typeof<BiteTally>)>]
do ()

/// A rule that is wrong in one point breaks a law or a golden.
module BiteTests =

    let private settings = { Tally.Settings with Cases = 1000 }

    let lines =
        TheoryData<string>(
            [
                for line in Registry.All do
                    if not line.ClosureDriven then
                        line.Name
            ]
        )

    let private expected known line =
        [
            for rule, _, mutants in known do
                if rule = line then
                    yield! mutants
        ]
        |> List.sort

    let private found fate all =
        [
            for mutation: Mutation, it in all do
                if it = fate then
                    mutation.Name
        ]
        |> List.sort

    let private sameList what wanted got =
        let listed = String.concat "\n  "
        Assert.True((wanted = got), $"{what}: known\n  {listed wanted}\nbut found\n  {listed got}")

    [<Theory; MemberData(nameof lines)>]
    let ``every mutant breaks a law`` (line: string) =
        let all = Bite.run settings Law.all (Registry.Find line)
        BiteTally.Add(Registry.Find line, List.map snd all)

        let survivors =
            [
                for mutation, fate in all do
                    match fate with
                    | Fate.Survived differences when not (List.contains mutation.Name (expected KnownMutants.rounded line)) ->
                        mutation.Name :: differences |> String.concat "\n  "
                    | _ -> ()
            ]

        Assert.True(survivors.IsEmpty, $"""{line}: {survivors.Length} mutants survive.{"\n"}{String.concat "\n" survivors}""")

        sameList "equal to the rule" (expected KnownMutants.equal line) (found Fate.Equal all)

        sameList
            "equal but for rounding"
            (expected KnownMutants.rounded line)
            (List.sort
                [
                    for mutation: Mutation, fate in all do
                        if fate.IsSurvived then
                            mutation.Name
                ])

        sameList "equal but for the sign of zeros" [] (found Fate.Unsigned all)

    [<Theory; MemberData(nameof lines)>]
    let ``a mutant with nothing wrong obeys the laws`` (line: string) =
        let subject = Bite.mutant Mutations.none (Registry.Find line)

        for law in Bite.fair Law.all (Registry.Find line) do
            match law.Check { settings with Cases = 10 } subject with
            | Verdict.Broken found -> Assert.Fail(Law.describe Language.FSharp law subject found)
            | _ -> ()

    /// Every option that is a flag of the formula's type is seen on and off: no path is left out.
    [<Theory; MemberData(nameof lines)>]
    let ``every path is seen`` (line: string) =
        let paths =
            (Bite.seen settings (Registry.Find line)).Paths.Keys
            |> Seq.map (fun path -> let at = path.IndexOf ": " in (if at < 0 then "", path else path[.. at - 1], path[at + 2 ..]))
            |> Seq.groupBy fst

        for formula, paths in paths do
            let paths = paths |> Seq.map (fun (_, flags) -> flags.Split ' ') |> List.ofSeq

            for flag in 0 .. paths.Head.Length - 1 do
                if paths.Head[flag] <> "" then
                    Assert.Equal<string>(
                        [ formula; "Off"; "On" ],
                        formula :: (paths |> List.map (fun path -> path[flag]) |> List.distinct |> List.sort)
                    )
