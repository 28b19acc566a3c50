module Optim.Functional.Properties.RegistryLaws

open Xunit
open FsCheck
open FsCheck.FSharp
open Optim.Functional

let names = TheoryData<string>(Case.registry)

let private check draws cases law =
    Prop.forAll cases (fun case ->
        match law case with
        | [] -> ()
        | broken -> failwith (String.concat "\n" broken))
    |> fun property -> Check.One(Config.QuickThrowOnFailure.WithMaxTest(draws).WithQuietOnSuccess true, property)

let private holds name law = check 40 (Case.of' (Case.rule name)) law

[<Theory; MemberData(nameof names)>]
let ``a pure step gives the bits of a step in place`` name = holds name Law.pureIsInPlace

[<Theory; MemberData(nameof names)>]
let ``a pure step only reads its arguments and shares no array with them`` name = holds name Law.argumentsAreOnlyRead

[<Theory; MemberData(nameof names)>]
let ``without a gradient a parameter and its state stay as they are`` name = holds name Law.absentGradientsChangeNothing

[<Theory; MemberData(nameof names)>]
let ``what happens to a parameter does not depend on the others`` name = holds name Law.parametersDoNotMeet

[<Theory; MemberData(nameof names)>]
let ``a run gives the bits of its steps`` name = holds name Law.runIsSteps

[<Theory; MemberData(nameof names)>]
let ``a step that is skipped changes nothing`` name = holds name Law.skippingChangesNothing

[<Theory; MemberData(nameof names)>]
let ``resuming from JSON after k steps is the same as not stopping`` name =
    holds name (fun case -> Law.resumingIsNotStopping (case.Seed % (case.Steps + 1)) case)

[<Theory; MemberData(nameof names)>]
let ``any lane gives the bits of one element at a time for every length to 257`` name =
    let everyLength case = { case with Lengths = [ 0..257 ]; Steps = 3; Gaps = false }

    for single in [ true; false ] do
        check 2 (Case.of' (Case.rule name)) (fun case -> Law.everyLaneIsScalar { everyLength case with Single = single; Odd = true })

[<Theory; MemberData(nameof names)>]
let ``any number of threads and any chunk gives the bits of one thread`` name =
    let ways =
        gen {
            let! threads = Gen.choose (1, 8)
            let! chunk = Gen.choose (1, 40)
            return threads, chunk
        }

    for threads, chunk in Gen.sample 10 ways do
        check 3 (Case.of' (Case.rule name)) (fun case -> Law.threadsDoNotMatter threads chunk { case with Lengths = [ 0; 3; 1000; 257 ] })
