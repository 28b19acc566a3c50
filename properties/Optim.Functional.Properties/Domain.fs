namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional
open Optim.Functional.Rules

/// Which cases a law is about.
type internal Domain =
    {
        Values: Values
        /// Some gradients are absent.
        Gaps: bool
        /// The rule with those options set that the law is about.
        Adjust: IRule -> IRule
        /// What is put around the rule.
        Around: Random -> IRule -> IRule
    }

[<RequireQualifiedAccess>]
module internal Domain =
    let any = { Values = Any; Gaps = true; Adjust = id; Around = fun _ -> id }
    let of' values = { any with Values = values }
    let with' adjust domain = { domain with Adjust = domain.Adjust >> adjust }

    let private values f (case: Case) =
        { case with
            Start = case.Start |> List.map (Array.map f)
            Gradients = case.Gradients |> List.map (List.map (Option.map (Array.map f)))
        }

    /// The case with numbers that its element type has.
    let private rounded (case: Case) = values (Numbers.round' case.Single) case

    /// What a plan that refuses other numbers is fed with.
    let private legal (rule: IRule) values =
        match rule with
        | :? Plan as plan when values = Any && plan.Stages |> Seq.exists (fun stage -> stage :? FinitePolicy) -> Finite
        | _ -> values

    /// A parameter's shape: a vector where nothing but elements counts.
    let private shape rule (random: Random) =
        let n = Numbers.length random

        let kind =
            if not (Kind.takesVectors rule) then 2
            elif Kind.isWhole rule then random.Next 4
            else 0

        let columns = [| 1; 2; 3; 4; 5; 7; 16; 17 |][random.Next 8]

        match kind with
        | 0
        | 1 -> [ n ]
        | 2 -> [ (n + columns - 1) / columns; columns ]
        | _ when (Kind.parts rule).IsEmpty -> [ (n + 2 * columns - 1) / (2 * columns); 2; columns ]
        | _ -> [ n ]

    let private draw (domain: Domain) rule (random: Random) : Case =
        let single = random.Next 2 = 0
        let rule = domain.Around random (domain.Adjust rule)
        let domain = { domain with Values = legal rule domain.Values }
        let shapes = List.init (random.Next(1, 4)) (fun _ -> shape rule random)
        let lengths = shapes |> List.map (List.fold (*) 1)
        let gaps = domain.Gaps && random.Next 2 = 0

        let step last =
            List.map2
                (fun last n -> if gaps && random.Next 3 = 0 then None else Some(Numbers.next random domain.Values single last n))
                last
                lengths

        let gradients =
            List.scan (fun last _ -> step last) (step (List.map (fun _ -> None) lengths)) [ 2 .. random.Next(1, 8) ]

        let values = if domain.Values = NonZero || domain.Values = Zeros then Moderate else domain.Values
        let start = [ for n in lengths -> Array.init n (fun _ -> Numbers.draw random values single) ]
        let shapes = if shapes |> List.forall (fun shape -> shape.Length = 1) then [] else shapes
        { Rule = rule; Single = single; Shapes = shapes; Start = start; Gradients = gradients }

    let private size (case: Case) = List.sumBy Array.length case.Start * (1 + case.Gradients.Length)

    /// Fewer steps, parameters and elements; then the subject's own options; then rounder numbers.
    let private simpler subject (case: Case) =
        let steps, parameters = case.Gradients.Length, case.Start.Length

        seq {
            if steps > 1 then
                { case with Gradients = List.truncate (steps / 2) case.Gradients }

                for t in 0 .. steps - 1 do
                    { case with Gradients = List.removeAt t case.Gradients }

            for i in 0 .. parameters - 1 do
                if parameters > 1 then
                    Case.pick (List.removeAt i [ 0 .. parameters - 1 ]) case

                for kept in Numbers.cuts case.Start[i].Length do
                    let cut (values: float[]) = kept |> Array.map (fun k -> values[k])

                    { case with
                        Start = List.updateAt i (cut case.Start[i]) case.Start
                        Gradients = case.Gradients |> List.map (fun g -> List.updateAt i (Option.map cut g[i]) g)
                    }

            for rule in Subject.plainer subject case.Rule do
                { case with Rule = rule }

            for rule in Subject.fewerStages subject case.Rule do
                { case with Rule = rule }

            if case.Single then
                { case with Single = false }

            if size case <= 64 then
                for i in 0 .. parameters - 1 do
                    for k in 0 .. case.Start[i].Length - 1 do
                        for x in Numbers.rounder (case.Start[i][k]) do
                            { case with Start = List.updateAt i (Array.updateAt k x case.Start[i]) case.Start }

                for t in 0 .. steps - 1 do
                    for i in 0 .. parameters - 1 do
                        match case.Gradients[t][i] with
                        | Some g ->
                            for k in 0 .. g.Length - 1 do
                                for x in Numbers.rounder g[k] do
                                    { case with
                                        Gradients =
                                            List.updateAt t (List.updateAt i (Some(Array.updateAt k x g)) case.Gradients[t]) case.Gradients
                                    }
                        | None -> ()
            else
                values (fun x -> if Double.IsFinite x then Math.Round x else x) case
        }

    /// Cases of one domain, which shrink within it.
    let arbitrary (domain: Domain) (subject: Subject) =
        let allowed (case: Case) =
            case.Gradients
            |> List.forall (List.forall (Option.forall (Array.forall (fun x -> Numbers.holds (legal case.Rule domain.Values) x))))

        gen {
            let! rule = subject.Rules
            let! seed = Gen.choose (0, Int32.MaxValue - 1)
            return draw domain rule (Random seed)
        }
        |> fun cases ->
            Arb.fromGenShrink (
                cases,
                fun case -> simpler subject case |> Seq.map (fun c -> rounded { c with Rule = domain.Adjust c.Rule }) |> Seq.filter allowed
            )
