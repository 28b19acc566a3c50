namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional

/// A rule, and what it is fed with: drawn small and printed whole, so that a failure can be read.
[<NoComparison; CustomEquality>]
type Case =
    {
        Rule: IElementwiseRule
        Single: bool
        Lengths: int list
        Steps: int
        Seed: int
        /// Zeros of both signs, NaN, infinities, subnormal and huge numbers among the gradients.
        Odd: bool
        /// Some gradients are absent.
        Gaps: bool
    }

    override a.Equals b = Object.ReferenceEquals(a, b)
    override a.GetHashCode() = a.Seed

[<RequireQualifiedAccess>]
module Case =

    let private odd = [| 0.0; -0.0; nan; infinity; -infinity; 1e-42; -1e-310; 1e30; -1e300; 1.0 |]

    let private numbers (random: Random) odds n =
        Array.init n (fun _ ->
            if odds && random.Next 16 = 0 then
                odd[random.Next odd.Length]
            else
                (random.NextDouble() - 0.5) * Math.Pow(10.0, float (random.Next(-3, 4))))

    let tensor single (values: float[]) = if single then Tensor.From(Array.map float32 values) else Tensor.From values

    let names case = [ for i in 0 .. case.Lengths.Length - 1 -> $"p{i}" ]

    /// Parameters before the first step. New arrays at every call.
    let start case =
        let random = Random case.Seed
        Params.ofList [ for name, n in List.zip (names case) case.Lengths -> name, tensor case.Single (numbers random false n) ]

    /// Gradients of step t. New arrays at every call.
    let gradient case t =
        let random = Random(case.Seed + 7919 * t)

        Params.ofList
            [
                for name, n in List.zip (names case) case.Lengths do
                    let g = tensor case.Single (numbers random case.Odd n)

                    if not case.Gaps || random.Next 3 > 0 then
                        name, g
            ]

    let private choose (values: 'a list) = Gen.elements [ for value in values -> box value ]

    /// Legal values of an option; of one that is not known here, its default and half of it.
    let private option (o: OptionInfo) =
        match o.Name, o.Default with
        | "lr", _ -> choose [ 1e-3; 0.1; 1.0 ]
        | "betas", _ -> choose [ [| 0.9; 0.999 |]; [| 0.0; 0.0 |]; [| 0.3; 0.5 |]; [| 0.99; 0.9 |] ]
        | "etas", _ -> choose [ [| 0.5; 1.2 |]; [| 0.3; 3.0 |] ]
        | "step_sizes", _ -> choose [ [| 1e-6; 50.0 |]; [| 0.05; 0.2 |] ]
        | "eps", _ -> choose [ 1e-10; 1e-8; 1e-3 ]
        | "t0", _ -> choose [ 0.0; 2.0; 1e6 ]
        | ("weight_decay" | "lambd" | "lr_decay" | "initial_accumulator_value"), _ -> choose [ 0.0; 1e-4; 0.1 ]
        | ("momentum" | "dampening" | "rho" | "alpha"), _ -> choose [ 0.0; 0.5; 0.9; 0.99 ]
        | _, (:? bool) -> choose [ true; false ]
        | _, (:? float as x) -> choose [ x; x / 2.0 ]
        | _, other -> Gen.constant other

    /// The elementwise optimizers of the registry, by name.
    let registry =
        [
            for info in Registry.All do
                if not info.ClosureDriven then
                    info.Name
        ]

    let private create (info: RuleInfo) options =
        try
            match info.Create(readOnlyDict options) with
            | :? IElementwiseRule as rule -> Some rule
            | _ -> None
        with :? ArgumentException -> // two options that do not go together
            None

    /// An optimizer of the registry: its defaults now and then, else any legal options.
    let rule name =
        let info = Registry.Find name

        let needed =
            [
                for o in info.Options do
                    if o.Required then
                        o.Name, box 0.1
            ]

        let any =
            [ for o in info.Options -> Gen.map (fun value -> o.Name, value) (option o) ] |> Gen.sequenceToList

        Gen.frequency [ 1, Gen.constant needed; 4, any ]
        |> Gen.map (create info)
        |> Gen.filter Option.isSome
        |> Gen.map Option.get

    let private shrink case =
        seq {
            if case.Steps > 1 then
                { case with Steps = case.Steps / 2 }

            if case.Odd then
                { case with Odd = false }

            if case.Gaps then
                { case with Gaps = false }

            for i in 0 .. case.Lengths.Length - 1 do
                if case.Lengths.Length > 1 then
                    { case with Lengths = List.removeAt i case.Lengths }

                if case.Lengths[i] > 0 then
                    { case with Lengths = List.updateAt i (case.Lengths[i] / 2) case.Lengths }
        }

    /// Cases of one optimizer.
    let of' rule =
        gen {
            let! rule = rule

            let! single, odd, gaps =
                Gen.zip3 (Gen.elements [ true; false ]) (Gen.elements [ true; false ]) (Gen.elements [ true; false ])

            let! lengths = Gen.choose (0, 70) |> Gen.listOfLength 3
            let! steps, seed = Gen.zip (Gen.choose (1, 6)) (Gen.choose (0, 1_000_000))
            return { Rule = rule; Single = single; Lengths = lengths; Steps = steps; Seed = seed; Odd = odd; Gaps = gaps }
        }
        |> fun cases -> Arb.fromGenShrink (cases, shrink)
