namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional

/// A rule and what it is fed with: the parameters it starts from, and each step's gradients, where None is an absent one.
[<CustomEquality; NoComparison>]
type Case =
    {
        Rule: IElementwiseRule
        /// float32 rather than float.
        Single: bool
        Start: float[] list
        Gradients: float[] option list list
    }

    override a.Equals b = Object.ReferenceEquals(a, b)
    override a.GetHashCode() = a.Start.GetHashCode()

    /// A case in float64: parameters, then for each step the gradient of each parameter.
    static member Float64(rule, start: float[] list, gradients: (float[] | null) list list) =
        { Rule = rule; Single = false; Start = start; Gradients = gradients |> List.map (List.map Option.ofObj) }

    /// A case in float32.
    static member Float32(rule, start: float[] list, gradients: (float[] | null) list list) =
        let round' = Array.map (float32 >> float)
        let gradients = gradients |> List.map (List.map (Option.ofObj >> Option.map round'))
        { Case.Rule = rule; Single = true; Start = List.map round' start; Gradients = gradients }

/// Which numbers a law is about.
type internal Values =
    /// All there are, NaN and infinities too.
    | Any
    /// From the least subnormal to 1e30, and zeros of both signs.
    | Finite
    /// Zeros, and from 1e-3 to 1e3, so that squares are far from under- and overflow.
    | Moderate
    /// As those, without zeros.
    | NonZero
    /// Zeros of both signs.
    | Zeros

/// Which cases a law is about.
type internal Domain =
    {
        Values: Values
        /// Some gradients are absent.
        Gaps: bool
        /// The rule with those options set that the law is about.
        Adjust: IElementwiseRule -> IElementwiseRule
    }

[<RequireQualifiedAccess>]
module internal Domain =
    let any = { Values = Any; Gaps = true; Adjust = id }
    let of' values = { any with Values = values }
    let with' adjust domain = { domain with Adjust = domain.Adjust >> adjust }

    let holds domain x =
        match domain.Values with
        | Any -> true
        | Finite -> Double.IsFinite x
        | Moderate -> x = 0.0 || abs x >= 1e-3 && abs x <= 1e3
        | NonZero -> abs x >= 1e-3 && abs x <= 1e3
        | Zeros -> x = 0.0

[<RequireQualifiedAccess>]
module internal Case =

    let private odd = [| nan; infinity; -infinity; 1e-42; -1e-310; 1e30; -1e30; 1e300 |]

    let private round' single (x: float) = if single then float (float32 x) else x

    let private values f case =
        { case with
            Start = case.Start |> List.map (Array.map f)
            Gradients = case.Gradients |> List.map (List.map (Option.map (Array.map f)))
        }

    /// The case with numbers that its element type has.
    let private rounded case = values (round' case.Single) case

    /// One number: short ones often, since they are read more easily.
    let number (random: Random) values single =
        let sign = if random.Next 2 = 0 then 1.0 else -1.0

        let moderate () =
            if random.Next 4 = 0 then
                float (random.Next(1, 9)) / 4.0
            else
                (1.0 + 8.0 * random.NextDouble()) * Math.Pow(10.0, float (random.Next(-3, 2)))

        match values, random.Next 16 with
        | Zeros, _
        | (Any | Finite | Moderate), 0 -> sign * 0.0
        | Any, 1 -> odd[random.Next odd.Length] |> round' single
        | (Any | Finite), 2 -> sign * Math.Pow(10.0, 74.0 * random.NextDouble() - 44.0) |> round' single
        | _ -> sign * moderate () |> round' single

    /// A gradient that now and then repeats, flips or silences the last one.
    let private next random values single (last: float[] option) n =
        Array.init n (fun i ->
            match last, (random: Random).Next 6 with
            | Some last, 0 -> last[i]
            | Some last, 1 -> -last[i]
            | _ -> number random values single)

    let private length (random: Random) =
        match random.Next 10 with
        | 0 -> 0
        | 1
        | 2 -> 1
        | 3
        | 4 -> random.Next(2, 10)
        | 5 -> 16 + random.Next(-1, 2)
        | 6 -> 32 + random.Next(-1, 2)
        | 7 -> random.Next(100, 258)
        | _ -> random.Next(2, 70)

    let private draw domain rule (random: Random) =
        let single = random.Next 2 = 0
        let lengths = List.init (random.Next(1, 4)) (fun _ -> length random)
        let gaps = domain.Gaps && random.Next 2 = 0

        let step last =
            List.map2 (fun last n -> if gaps && random.Next 3 = 0 then None else Some(next random domain.Values single last n)) last lengths

        let gradients =
            List.scan (fun last _ -> step last) (step (List.map (fun _ -> None) lengths)) [ 2 .. random.Next(1, 8) ]

        let values = if domain.Values = NonZero || domain.Values = Zeros then Moderate else domain.Values
        let start = [ for n in lengths -> Array.init n (fun _ -> number random values single) ]
        { Rule = domain.Adjust rule; Single = single; Start = start; Gradients = gradients }

    /// The array without its upper half, its lower half, or one of few elements.
    let cuts n =
        [
            if n > 1 then
                yield [| 0 .. n / 2 - 1 |]
                yield [| n / 2 .. n - 1 |]
            if n = 1 then
                yield [||]
            if n > 2 && n <= 8 then
                for k in 0 .. n - 1 -> Array.removeAt k [| 0 .. n - 1 |]
        ]

    /// How much there is to read.
    let private weight (x: float) =
        if x = 0.0 then (if Double.IsNegative x then 1 else 0)
        elif abs x = 1.0 then (if x > 0.0 then 2 else 3)
        elif Double.IsFinite x then 3 + (x.ToString "R").Length
        else 100

    /// Rounder numbers, the roundest first.
    let rounder (x: float) =
        [ 0.0; 1.0; -1.0; Math.Truncate x; (if Double.IsFinite x then Math.Round(x, 1) else x) ]
        |> List.filter (fun y -> weight y < weight x)

    let private size case = List.sumBy Array.length case.Start * (1 + case.Gradients.Length)

    let private same (a: obj | null) (b: obj | null) =
        match a, b with
        | (:? (float[]) as a), (:? (float[]) as b) -> a = b
        | _ -> Object.Equals(a, b)

    /// The rule with one option as the subject's own rule has it.
    let plainer (subject: Subject) (rule: #IRule) =
        let given, wanted = Options.all rule, Options.all subject.Rule

        [
            for o in (Options.info rule).Options do
                if not (same given[o.Name] wanted[o.Name]) then
                    try
                        Options.set o.Name wanted[o.Name] rule
                    with :? ArgumentException -> // needed by another option
                        ()
        ]

    /// Fewer steps, parameters and elements; then the subject's own options; then rounder numbers.
    let private simpler subject case =
        let steps, parameters = case.Gradients.Length, case.Start.Length

        seq {
            if steps > 1 then
                { case with Gradients = List.truncate (steps / 2) case.Gradients }

                for t in 0 .. steps - 1 do
                    { case with Gradients = List.removeAt t case.Gradients }

            for i in 0 .. parameters - 1 do
                if parameters > 1 then
                    { case with Start = List.removeAt i case.Start; Gradients = case.Gradients |> List.map (List.removeAt i) }

                for kept in cuts case.Start[i].Length do
                    let cut (values: float[]) = kept |> Array.map (fun k -> values[k])

                    { case with
                        Start = List.updateAt i (cut case.Start[i]) case.Start
                        Gradients = case.Gradients |> List.map (fun g -> List.updateAt i (Option.map cut g[i]) g)
                    }

            for rule in plainer subject case.Rule do
                { case with Rule = rule }

            if case.Single then
                { case with Single = false }

            if size case <= 64 then
                for i in 0 .. parameters - 1 do
                    for k in 0 .. case.Start[i].Length - 1 do
                        for x in rounder (case.Start[i][k]) do
                            { case with Start = List.updateAt i (Array.updateAt k x case.Start[i]) case.Start }

                for t in 0 .. steps - 1 do
                    for i in 0 .. parameters - 1 do
                        match case.Gradients[t][i] with
                        | Some g ->
                            for k in 0 .. g.Length - 1 do
                                for x in rounder g[k] do
                                    { case with
                                        Gradients = List.updateAt t (List.updateAt i (Some(Array.updateAt k x g)) case.Gradients[t]) case.Gradients
                                    }
                        | None -> ()
            else
                values (fun x -> if Double.IsFinite x then Math.Round x else x) case
        }

    /// Cases of one domain, which shrink within it.
    let arbitrary domain (subject: Subject) =
        let allowed case =
            case.Gradients |> List.forall (List.forall (Option.forall (Array.forall (fun x -> Domain.holds domain x))))

        gen {
            let! rule = subject.Rules
            let! seed = Gen.choose (0, Int32.MaxValue - 1)
            let rule = rule :?> IElementwiseRule
            // What a rule does on its own with numbers that are not finite is not the laws' matter.
            let domain =
                if domain.Values = Any && rule.NonFinite <> NonFinite.Propagate then
                    { domain with Values = Finite }
                else
                    domain

            return draw domain rule (Random seed)
        }
        |> fun cases ->
            Arb.fromGenShrink (
                cases,
                fun case -> simpler subject case |> Seq.map (fun c -> rounded { c with Rule = domain.Adjust c.Rule }) |> Seq.filter allowed
            )

    /// The call that makes the case again.
    let code language case =
        let list, array = Code.list language, Code.numbers language case.Single
        let gradient = Option.map array >> Option.defaultValue "null"
        let kind = if case.Single then "Float32" else "Float64"
        let steps = case.Gradients |> List.map (List.map gradient >> list)
        $"Case.{kind}({Code.rule language case.Rule}, {list (List.map array case.Start)}, {list steps})"

    let names case = [ for i in 0 .. case.Start.Length - 1 -> $"p{i}" ]

    let tensor case (values: float[]) =
        if case.Single then Tensor.From(Array.map float32 values) else Tensor.From(Array.copy values)

    /// Parameters before the first step, in new arrays at every call.
    let start case =
        Params.Of [ for name, values in List.zip (names case) case.Start -> struct (name, tensor case values) ]

    /// Gradients of each step, in new arrays at every call.
    let gradients case =
        [
            for step in case.Gradients ->
                Params.Of
                    [
                        for name, g in List.zip (names case) step do
                            match g with
                            | Some g -> struct (name, tensor case g)
                            | None -> ()
                    ]
        ]
