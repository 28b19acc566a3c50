namespace Optim.Functional.Properties.Tests

open FsCheck
open FsCheck.FSharp
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Mutants
open Optim.Functional.Properties

/// What became of a mutant.
[<RequireQualifiedAccess>]
type Fate =
    /// It breaks the law of that name, or a golden.
    | Killed of by: string
    /// No bit of any case is another than the rule's own.
    | Equal
    /// The same but for the sign of zeros.
    | Unsigned
    /// The same, of what the formula need not read.
    | Unread
    /// Bits differ, as said, and no law is broken.
    | Survived of differences: string list

/// A case, the rule's own bits at every step, and what the rule runs through.
[<NoComparison; NoEquality>]
type internal Watched = { Case: Case; Own: Lazy<Bits list>; Seen: Seen }

/// Do the laws notice a rule that is wrong in one point?
[<RequireQualifiedAccess>]
module internal Bite =

    let private mutate mutation (rule: IRule) = Mutated.of' mutation null rule

    /// A line of the registry with the same mutation in all its rules.
    let mutant mutation line =
        let subject = Subject.ofLine line
        { subject with Rule = mutate mutation subject.Rule; Rules = Gen.map (mutate mutation) subject.Rules }

    /// The laws that a mutant is held to. Not those of saved options: only a rule's own type has options, a mutant is around it.
    /// Nor those of how a rule is run, which compare it with itself, at length.
    let fair laws line =
        let others =
            List.concat [ Resume.all; Faces.all; Purity.all; Lanes.all; Structure.all ] |> List.map _.Name

        laws
        |> List.filter (fun (law: Law) -> not (List.contains law.Name others) && (law.Excludes(Subject.ofLine line)).IsNone)

    /// Every step of a case, as bits; where the rule throws, the message.
    let private bits (case: Case) : Bits list =
        try
            Run.path Run.scalar case |> List.map Bits.whole
        with e ->
            [ [ e.Message, [||] ] ]

    let private watch (case: Case) =
        let seen = Seen()
        bits { case with Rule = Mutated.of' Mutations.none seen case.Rule } |> ignore
        { Case = case; Own = lazy (bits case); Seen = seen }

    /// Cases with few elements: what one element shows, the others show again.
    let private cases (settings: Settings) line =
        let few: float[] -> float[] =
            Array.truncate (if Kind.isElementwise (Subject.ofLine line).Rule then 5 else 6)

        let draw values n =
            (Domain.arbitrary (Domain.of' values) (Subject.ofLine line)).Generator
            |> Gen.sampleWithSeed (Rnd(uint64 settings.Seed)) 50 n

        [ yield! draw Moderate (3 * settings.Cases / 4); yield! draw Any (settings.Cases / 4) ]
        |> List.map (fun case ->
            watch { case with Start = case.Start |> List.map few; Gradients = case.Gradients |> List.map (List.map (Option.map few)) })

    let private union cases =
        let union = Seen()

        for case in cases do
            for KeyValue(formula, constants) in case.Seen.Constants do
                match union.Constants.TryGetValue formula with
                | true, most when most >= constants -> ()
                | _ -> union.Constants[formula] <- constants

            for KeyValue(path, operations) in case.Seen.Paths do
                union.Paths[path] <- operations

        union

    /// What the rules of a line run through.
    let seen settings line = union (cases settings line)

    let private concerns (fault: Fault | null) case =
        match fault with
        | null -> true
        | fault when fault.Site = Site.Constant -> case.Seen.Constants.ContainsKey fault.Path
        | fault -> case.Seen.Paths.ContainsKey fault.Path

    /// What is not true of the rule itself, such as of a case that the law is not about, is no mutant's fault.
    let private breaks violations (mutant: IRule) (own: IRule) =
        let broken rule =
            try
                not (List.isEmpty (violations rule))
            with _ ->
                true

        broken mutant && not (broken own)

    /// What becomes of every mutant of a line.
    let run settings laws line =
        let cases = cases settings line
        // The references speak of every number, so they come first.
        let references = [ Reference.formula.Name; Distance.learned.Name ]
        let first, others = fair laws line |> List.partition (fun law -> List.contains law.Name references)
        let goldens = Golden.ofLine line

        let fate (mutation: Mutation) =
            let mine = cases |> List.filter (concerns mutation.Fault)
            let breaks violations rule = breaks violations (mutate mutation rule) rule

            let byFirst (case: Case, _) =
                first
                |> List.tryFind (fun law -> breaks (fun rule -> law.Replay { case with Rule = rule }) case.Rule)
                |> Option.map _.Name

            let byGolden golden = breaks (Golden.violations golden) golden.Case.Rule

            let byLaw law =
                match law.Check { settings with Cases = settings.Cases / 10 } (mutant mutation line) with
                | Verdict.Broken _ -> Some law.Name
                | _ -> None

            let difference { Watched.Case = case; Own = own } =
                let got = bits { case with Rule = mutate mutation case.Rule }
                if got = own.Value then None else Some(case, (own.Value, got))

            /// What no case shows whose options stay as they are, whose gradients are not all 0, and not always the same.
            let byChange () =
                let own = [ Distance.rest.Name; Algebra.zeroGradient.Name; Algebra.steady.Name ]
                others |> List.filter (fun law -> List.contains law.Name own) |> List.tryPick byLaw

            let different = mine |> Seq.choose difference |> Seq.cache

            match Seq.tryHead different, Seq.tryPick byFirst different with
            | None, _ when mutation.Told -> Fate.Unread
            | None, _ when List.exists byGolden goldens -> Fate.Killed "golden"
            | None, _ -> byChange () |> Option.map Fate.Killed |> Option.defaultValue Fate.Equal
            | Some _, Some law -> Fate.Killed law
            | Some _, None when List.exists byGolden goldens -> Fate.Killed "golden"
            | Some(case, (own, got)), None ->
                match List.tryPick byLaw others with
                | Some law -> Fate.Killed law
                | None when
                    different |> Seq.forall (fun (_, (own, got)) -> List.map Bits.unsignedZeros own = List.map Bits.unsignedZeros got)
                    ->
                    Fate.Unsigned
                | None -> Fate.Survived($"{case.Rule}" :: List.truncate 2 (Bits.differences (List.concat own) (List.concat got)))

        let rule = (Subject.ofLine line).Rule
        [ for mutation in Mutations.all rule (union cases) -> mutation, fate mutation ]
