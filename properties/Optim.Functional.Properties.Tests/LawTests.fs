namespace Optim.Functional.Properties.Tests

open System
open System.Collections.Concurrent
open System.IO
open FsCheck.FSharp
open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

/// Counts the laws as they are checked and, when all tests are done, writes artifacts/laws.txt, which ./build.sh test prints.
type Tally() =
    static let held = ConcurrentDictionary<string * string, int>()

    /// How many cases each law is checked on for each optimizer; another OPTIM_SEED, other cases.
    static member Settings =
        let number name otherwise =
            match Environment.GetEnvironmentVariable name with
            | null -> otherwise
            | text -> int text

        { Cases = number "OPTIM_CASES" 40; Seed = number "OPTIM_SEED" 1 }

    static member Add(law: Law, subject: Subject, cases: int) = held[(law.Name, subject.Name)] <- cases

    interface IDisposable with
        member _.Dispose() =
            if not held.IsEmpty then
                let folder = Directory.CreateDirectory(Path.Combine(Repository.root, "artifacts")).FullName

                File.WriteAllText(
                    Path.Combine(folder, "laws.txt"),
                    $"laws: {Law.all.Length} laws, {held.Count} pairs of a law and an optimizer hold, \
                    in {Seq.sum held.Values} cases, seed {Tally.Settings.Seed}\n"
                )

[<assembly: AssemblyFixture(typeof<Tally>)>]
do ()

module LawTests =

    /// A plan of all stages, and such of some of them around any elementwise rule.
    let private plans =
        let some (rule: IRule) =
            Gen.choose (0, Int32.MaxValue - 1) |> Gen.map (fun seed -> Stages.drawn (Random seed) rule)

        let rules =
            [
                for line in Registry.All do
                    if Kind.isElementwise (Subject.ofLine line).Rule then
                        (Subject.ofLine line).Rules
            ]

        {
            Name = "Plan"
            Rule =
                Adam()
                    .LossScale(4.0)
                    .OnNonFinite(NonFinite.Skip)
                    .ClipNorm(1.0)
                    .Schedule(Cosine 3L)
                    .Cautious()
                    .CautiousWeightDecay(0.1)
                    .Ema(0.9)
            Rules = Gen.oneof rules |> Gen.bind some
        }

    let private subjects = plans :: [ for line in Registry.All -> Subject.ofLine line ]

    let pairs =
        TheoryData<string, string>(
            [
                for law in Law.all do
                    for subject in subjects do
                        if (law.Excludes subject).IsNone then
                            struct (law.Name, subject.Name)
            ]
        )

    [<Theory; MemberData(nameof pairs)>]
    let ``the law holds`` (law: string) (line: string) =
        let law, subject = Law.find law, subjects |> List.find (fun subject -> subject.Name = line)

        match law.Check Tally.Settings subject with
        | Verdict.Holds cases -> Tally.Add(law, subject, cases)
        | Verdict.Broken found ->
            Assert.Fail
                $"{Law.describe Language.FSharp law subject found}\nFound with OPTIM_CASES={Tally.Settings.Cases} OPTIM_SEED={found.Seed}."
        | Verdict.Excluded reason -> Assert.Fail $"not checked: {reason}"

    [<Fact>]
    let ``every law has a name of its own`` () = Assert.Equal(Law.all.Length, Law.all |> List.distinctBy _.Name |> List.length)

    [<Fact>]
    let ``every optimizer obeys some law`` () =
        for line in Registry.All do
            Assert.Contains(Law.all, (fun law -> (law.Excludes(Subject.ofLine line)).IsNone))
