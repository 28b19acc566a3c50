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

    /// Rules with stages around them, drawn around any rule that is one of these.
    let private around (drawn: Random -> IRule -> IRule) isOne =
        Gen.oneof
            [
                for line in Registry.All do
                    if isOne (Subject.ofLine line).Rule then
                        (Subject.ofLine line).Rules
            ]
        |> Gen.bind (fun rule -> Gen.choose (0, Int32.MaxValue - 1) |> Gen.map (fun seed -> drawn (Random seed) rule))

    /// A plan of all stages that leave the gradients what they are, and such of some of them around any elementwise rule.
    let private plans =
        let drawn (random: Random) rule =
            (Stages.drawn random rule, [ Followed.drawn; Rated.drawn ])
            ||> List.fold (fun rule drawn -> if random.Next 3 > 0 then rule else drawn random rule)

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
            Rules = around drawn Kind.isElementwise
        }

    /// The same of the stages that make other gradients, around any rule that takes these.
    let private prepared =
        {
            Name = "Prepared plan"
            Rule = Adam().Accumulate(2).Centralize().ClipRows(0.1).ClipValue(2.0).Noise(0.1).Lookahead(2).Swa(2L)
            Rules =
                around (fun random rule -> Prepared.drawn random (Followed.drawn random rule)) (fun rule ->
                    // Rprop's lr is no factor.
                    (Unless.any [ Unless.ungiven; Unless.sparseOnly ] rule).IsNone && Kind.takesVectors rule && rule.Name <> "Rprop")
        }

    let private subjects = plans :: prepared :: [ for line in Registry.All -> Subject.ofLine line ]

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
