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

    /// Mutants that are the rule itself, bit for bit: of which rule, why, and which.
    let private equal =
        [
            "Adafactor",
            "its rows' and columns' numbers are only read in that pass",
            [
                for slot in 1..2 do
                    for wrong in [ "not stored"; "g stored" ] -> $"slot {slot}, Scaled 1: : {wrong}"
            ]
            "Adafactor", "their product is the same either way", [ "slot 2, Scaled 1: : exchanged with slot 1" ]
            "Adafactor", "at the first step the weight of the new is 1", [ "variance before the first step: + 0.01" ]
            "ASGD", "where mu is 1, the mean is θ itself, and the slot is not read", [ "slot 1, Off: read as 0" ]
            "ASGD", "at the first step mu is 1", [ "ax before the first step: + 0.01" ]
            "LAMB",
            "of the product only the sign counts",
            [ for pass in [ "Agreement"; "Masked" ] -> $"operation 1, {pass} 1: , Multiply: 1.001 ab" ]
            "LAMB", "θ is only read in that pass", [ "slot 1, Masked 1: : not stored" ]
            "Prodigy", "p0 never changes", [ "slot 1, On On: not stored"; "slot 1, On Off: not stored" ]
            "Prodigy",
            "a group that rests stores what it has read",
            [
                for slot in 1..4 -> $"slot {slot}, Off On: not stored"
                for slot in 1..3 -> $"slot {slot}, Off Off: not stored"
            ]
            "Prodigy", "a group that rests stays where it is", [ for path in [ "Off On"; "Off Off" ] -> $"parameter, {path}: not stored" ]
            "Prodigy",
            "a group that rests measures nothing",
            [
                "slot 1, measure: Off: read as 0"
                "slot 2, measure: Off: read as 0"
                "slot 2, measure: Off: exchanged with slot 1"
                "result 1, measure: Off: 0"
                "result 2, measure: Off: 0"
            ]
            "AdaBelief", "it is the same eps, kept from 0", [ "constant 8: the constant before it" ]
            "AdaBelief",
            "of the difference only the square counts",
            [
                for path in
                    [
                        "Off Off Off Off"
                        "Off Off Off On"
                        "Off Off On On"
                        "On Off Off Off"
                        "On Off Off On"
                        "On Off On On"
                        "On On On On"
                    ] -> $"operation 3, {path}, Subtract: b - a"
            ]
            "ADOPT", "the first gradient's square takes the moment's place", [ "exp_avg_sq before the first step: + 0.01" ]
            "ADOPT",
            "at the first gradient nothing moves, and no slot is read",
            [
                "parameter, On Off: not stored"
                "slot 1, On Off: not stored"
                "slot 1, On Off: read as 0"
                "slot 2, On Off: exchanged with slot 1"
                "slot 2, On Off: read as 0"
            ]
            "MARS",
            "the last gradient is g itself",
            [ for path in [ "On Off Off"; "On Off On"; "On On Off" ] -> $"slot 2, Descent 1: {path}: g stored" ]
            "MARS",
            "an exact last gradient is only read",
            [ for path in [ "Off Off Off"; "Off Off On"; "Off On Off" ] -> $"slot 2, Descent 1: {path}: not stored" ]
            "SophiaG",
            "of what says whether a step learns only the sign counts, and 0 has none",
            [ "constant 10: 1.001 c"; "constant 11: -c"; "constant 11: 1.001 c"; "operation 6, On, WhereGreater: a ≥ b" ]
            "SophiaG", "h is only read where no gradient of the step's own is taken for it", [ "slot 2, Off: not stored" ]
            "LARS", "Nesterov goes without dampening, so that the factor is 1", [ "operation 3, Descent 1: On On, Multiply: b" ]
            "Adadelta", "it is the same eps, kept from 0", [ "constant 5: the constant before it" ]
            "Adamax",
            "its formula for an eps of 0: neither -0 nor eps is more to divide by, and 0 is subtracted as it is added",
            [ "constant 5: -c"; "constant 5: the constant before it"; "operation 4, On On, Add: a - b" ]
            "RMSprop",
            "the one constant of its formula has none before it",
            [ "operation 7, On Off, Constant: the constant before it"; "operation 7, On On, Constant: the constant before it" ]
            "Rprop", "of the product only the sign counts", [ "operation 2, Multiply: 1.001 ab" ]
            "Rprop", "no two values are legal both ways: η- < 1 < η+, δmin < δmax", [ "etas: exchanged"; "step_sizes: exchanged" ]
            "Shampoo", "the first step makes it", [ "inv_factor_matrices before the first step: + 0.01" ]
            "PSGDKron", "the first step makes it", [ "Q before the first step: + 0.01" ]
            "PSGDKron",
            "of what is divided in a norm only squares count",
            [ for pass in 1..2 -> $"operation 1, Divide {pass}: , Divide: -a/b" ]
            "SOAP", "the first step makes it", [ "Q before the first step: + 0.01" ]
            "KLSOAP", "the first step makes them", [ "Q before the first step: + 0.01"; "eigen_sqrt_inv before the first step: + 0.01" ]
            "KLSOAP", "it is infinity", [ for pass in 1..2 -> $"constant 5, NextRoot {pass}: 1.001 c" ]
            "KLSOAP", "laws draw no factor of more than 10 rows: WhiteningTests is about one", [ "max_clamp_value: ignored" ]
            "SGD", "Nesterov goes without dampening, so that the factor is 1", [ "operation 1, On On, Multiply: b" ]
            "NorMuon",
            "its rows' numbers are only read in that pass",
            [ for wrong in [ "not stored"; "g stored" ] -> $"slot 1, Evened 1: : {wrong}" ]
            for rule in [ "Muon"; "NorMuon" ] do
                rule, "laws draw matrices of one block: MuonShapeTests is about others", [ "matrices: ignored"; "split_sizes: ignored" ]
        ]

    /// Mutants that are the rule but for rounding, of which no law can tell how it is to be.
    let private rounded =
        [
            for rule in [ "NorMuon"; "AdaMuon"; "NAMO" ] do
                rule,
                "the pass is Muon's, and its mutants die there",
                [
                    "operation 1, Averaged 1: Off, Lerp: from a's end"
                    "operation 1, Averaged 1: On, Lerp: from a's end"
                    "operation 2, Averaged 1: On, Lerp: from a's end"
                    "operation 2, Averaged 1: On, Lerp: from b's end"
                ]
            "NorMuon",
            "a factor on all rows alike is undone by the norm, which is kept",
            [
                "operation 2, Evened 1: , Add: 1.001 (a + b)"
                "operation 3, Evened 1: , Divide: 1.001 a/b"
                "operation 1, Square 3: , Multiply: 1.001 ab"
            ]
        ]

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
                    | Fate.Survived differences when not (List.contains mutation.Name (expected rounded line)) ->
                        mutation.Name :: differences |> String.concat "\n  "
                    | _ -> ()
            ]

        Assert.True(survivors.IsEmpty, $"""{line}: {survivors.Length} mutants survive.{"\n"}{String.concat "\n" survivors}""")

        sameList "equal to the rule" (expected equal line) (found Fate.Equal all)

        sameList
            "equal but for rounding"
            (expected rounded line)
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
