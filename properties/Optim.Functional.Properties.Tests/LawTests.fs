module Optim.Functional.Properties.Tests.LawTests

open Xunit
open Optim.Functional
open Optim.Functional.Properties

/// How many cases each law is checked on for each optimizer. Another OPTIM_SEED, another set of cases.
let settings =
    {
        Cases = 40
        Seed =
            match System.Environment.GetEnvironmentVariable "OPTIM_SEED" with
            | null -> 1
            | seed -> int seed
    }

let private speaks (law: Law) line = (law.Excludes(Subject.ofLine line)).IsNone

let pairs =
    TheoryData<string, string>(
        [
            for law in Law.all do
                for line in Registry.All do
                    if speaks law line then
                        struct (law.Name, line.Name)
        ]
    )

[<Theory; MemberData(nameof pairs)>]
let ``the law holds`` (law: string) (line: string) =
    let law, subject = Law.find law, Subject.ofLine (Registry.Find line)

    match law.Check settings subject with
    | Verdict.Broken counterexample -> Assert.Fail(Law.describe Language.FSharp law subject counterexample)
    | _ -> ()
