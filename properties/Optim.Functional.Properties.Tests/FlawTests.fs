/// The laws find what is wrong, say it shortly, and find it again.
module Optim.Functional.Properties.Tests.FlawTests

open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

let private flawed flaw = Flawed(flaw, 0.125, false)

let private verdict law seed (rule: IRule) = (Law.find law).Check { Cases = 100; Seed = seed } (Subject.ofRule rule)

let private counterexample law rule =
    match verdict law 1 rule with
    | Verdict.Broken counterexample -> counterexample
    | _ -> failwith $"'{law}' holds"

let broken =
    TheoryData<string, string>(
        [
            struct (Flaw.signOfZero, "zero gradient")
            struct (Flaw.signOfZero, "odd symmetry")
            struct (Flaw.hiddenCount, "purity")
            struct (Flaw.hiddenCount, "in place")
            struct (Flaw.hiddenCount, "run")
            struct (Flaw.hiddenCount, "split")
            struct (Flaw.hiddenCount, "order")
            struct (Flaw.hiddenCount, "groups")
            struct (Flaw.hiddenCount, "resume")
            struct (Flaw.hiddenCount, "resume from JSON")
            struct (Flaw.hiddenCount, "faces")
            struct (Flaw.laneWidth, "lanes")
            struct (Flaw.laneWidth, "threads")
            struct (Flaw.laneWidth, "threshold")
            struct (Flaw.unreadMaximize, "maximize")
            struct (Flaw.unscaledDecay, "zero lr")
        ]
    )

[<Theory; MemberData(nameof broken)>]
let ``a flaw breaks its law`` (flaw: string) (law: string) = Assert.NotEmpty((counterexample law (flawed flaw)).Violations)

[<Fact>]
let ``without a flaw the same rule obeys every law`` () = Law.check (flawed Flaw.none)

let brokenByClosures =
    TheoryData<string, string>(
        [
            struct (ClosureFlaw.hasty, "closure undone")
            struct (ClosureFlaw.forgetful, "closure in place")
            struct (ClosureFlaw.sharing, "closure purity")
            struct (ClosureFlaw.careless, "closure undone")
            struct (Flaw.laneWidth, "closure lanes")
            struct (Flaw.unreadMaximize, "closure maximize")
        ]
    )

let private flawedClosure flaw = FlawedClosure(flaw, 0.125, false)

[<Theory; MemberData(nameof brokenByClosures)>]
let ``a flaw of a rule that asks for the loss breaks its law`` (flaw: string) (law: string) =
    Assert.NotEmpty((counterexample law (flawedClosure flaw)).Violations)

[<Fact>]
let ``without a flaw the same rule that asks for the loss obeys every law`` () = Law.check (flawedClosure Flaw.none)

[<Fact>]
let ``a counterexample shrinks to one element, one step and round numbers`` () =
    let found = counterexample "zero gradient" (flawed Flaw.signOfZero)

    Assert.Equal(
        "Law.replay \"zero gradient\" (Case.Float64(Optim.Functional.Properties.Tests.Flawed(flaw = \"sign of zero\", lr = 0.125, \
        maximize = false), [ [| 0.0 |] ], [ [ [| 0.0 |] ] ]))",
        found.Code Language.FSharp
    )

[<Fact>]
let ``no law holds in no cases`` () =
    let refused =
        Assert.Throws<System.ArgumentException>(fun () -> Law.checkWith { Cases = 0; Seed = 1 } (flawed Flaw.none))

    Assert.StartsWith("The law 'purity' was to be checked on 0 cases, wanted at least 1.", refused.Message)

[<Fact>]
let ``a counterexample fails when it is replayed`` () =
    Assert.Throws<LawBroken>(fun () -> Law.replay "zero gradient" (Case.Float64(flawed Flaw.signOfZero, [ [| 0.0 |] ], [ [ [| 0.0 |] ] ])))

[<Fact>]
let ``a scenario shrinks to the few commands that matter`` () =
    let found = counterexample "faces" (flawed Flaw.hiddenCount)

    Assert.EndsWith("[ Command.SetGrad(0, [| 1.0 |]); Command.Step ]))", found.Code Language.FSharp)

[<Theory; InlineData 1; InlineData 2; InlineData 3>]
let ``a seed finds the same counterexample again`` seed =
    let code () =
        match verdict "odd symmetry" seed (flawed Flaw.signOfZero) with
        | Verdict.Broken found -> found.Code Language.FSharp, found.Before
        | _ -> failwith "it holds"

    Assert.Equal(code (), code ())
