/// docs/laws.md is written by the laws themselves.
module Optim.Functional.Properties.Tests.PageTests

open Xunit
open Optim.Functional
open Optim.Functional.Properties

/// Which optimizers a law does not speak of, and why: those with one reason together.
let private excluded (law: Law) =
    Registry.All
    |> Seq.choose (fun line -> law.Excludes(Subject.ofLine line) |> Option.map (fun reason -> reason, line.Name))
    |> Seq.groupBy fst
    |> Seq.map (fun (reason, lines) ->
        let names = lines |> Seq.map snd |> List.ofSeq

        if names.Length > 4 then
            $"{names.Length} optimizers: {reason}"
        else
            $"""{String.concat ", " names}: {reason}""")
    |> String.concat "; "

/// A row of a table, whose cells may hold bars.
let private row (cells: string list) =
    cells |> List.map _.Replace("|", "\\|") |> String.concat " | " |> sprintf "| %s |"

let private page =
    [
        "# The laws"
        ""
        "What the tests check of every optimizer, and what you can check of a rule of your own: \
        in F# `Law.check rule`, in C# `Laws.Check(rule)`,"
        "from the command line `optim verify MyRules.dll`. A law that names algorithms goes by the rule's `Name`: \
        a rule called Adam is held to Adam's laws."
        ""
        "| law | what holds | why | not for |"
        "|---|---|---|---|"
        for law in Law.all do
            row [ law.Name; law.Sentence; law.Reason; excluded law ]
        ""
        "This page follows from the code: `OPTIM_UPDATE=1 ./build.sh test` writes it."
        ""
    ]
    |> String.concat "\n"

[<Fact>]
let ``docs/laws.md says what the laws say`` () = Repository.follows "docs/laws.md" page
