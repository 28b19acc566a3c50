module Optim.Functional.Properties.OracleTests

open System
open System.Runtime.CompilerServices
open Xunit
open Optim.Functional

let names = TheoryData<string>(Case.registry)

/// 0 in every eighth place, else 1e-6 to 1e6 of either sign.
let private number (random: Random) =
    if random.Next 8 = 0 then
        0.0
    else
        float (sign (random.NextDouble() - 0.5)) * Math.Pow(10.0, 12.0 * random.NextDouble() - 6.0)

let private choose (random: Random) (values: 'a list) = values[random.Next values.Length]

let private option (random: Random) (o: OptionInfo) : obj | null =
    let between low high = low + (high - low) * random.NextDouble()
    let power low high = Math.Pow(10.0, between low high)
    let fraction () = choose random [ 0.0; 0.5; 0.9; 0.999; random.NextDouble() ]

    match o.Name with
    | "lr" -> box (choose random [ 0.0; 0.1; power -6.0 2.0 ])
    | "betas" -> box [| fraction (); fraction () |]
    | "etas" -> box [| between 0.01 0.99; 1.0 + power -2.0 1.0 |]
    | "step_sizes" -> box [| power -8.0 -1.0; power -1.0 3.0 |]
    | "eps" -> box (choose random [ 0.0; 1e-8; power -12.0 0.0 ])
    | "t0" -> box (choose random [ 0.0; 2.0; 3.5; 1e6 ])
    | "weight_decay"
    | "lambd"
    | "lr_decay"
    | "initial_accumulator_value" -> box (choose random [ 0.0; 1e-4; power -6.0 0.0 ])
    | "momentum"
    | "rho" -> box (fraction ())
    | "alpha" -> box (choose random [ 0.75; fraction (); fraction (); between 0.0 3.0 ])
    | "dampening" -> box (choose random [ 0.0; between -1.0 2.0 ])
    | _ ->
        match o.Default with
        | :? bool -> box (random.Next 2 = 0)
        | other -> other

let rec private rule (random: Random) (info: RuleInfo) =
    try
        info.Create(readOnlyDict [ for o in info.Options -> o.Name, option random o ]) :?> IElementwiseRule
    with :? ArgumentException -> // two options that do not go together
        rule random info

/// Where types end, and where products, squares or sums leave them.
let private odd =
    [ -0.0; nan; infinity; -infinity; 5e-324; 1e-310; 1e-170; 1e-160; 1e-45; 1e-42; 1e-23; 1e19; 1e30; 1e154; -1e300 ]

/// Parameters, and the gradients of each step; now and then near each other, so that moments and gradients cancel, or odd.
let private trace (random: Random) =
    let n, kind, scale = 1 + random.Next 4, random.Next 4, number random

    let draw () =
        match kind with
        | 0 -> scale * (1.0 + 1e-3 * (random.NextDouble() - 0.5))
        | 1 when random.Next 6 = 0 -> choose random odd
        | _ -> number random

    Array.init n (fun _ -> draw ()), List.init (1 + random.Next 8) (fun _ -> Array.init n (fun _ -> draw ()))

[<Theory; MemberData(nameof names)>]
let ``every number of every step is within the reference's bound`` name =
    let random = Random 1

    for case in 1..1000 do
        let rule, single, (θ, steps) = rule random (Registry.Find name), case % 2 = 0, trace random

        match Oracle.violations rule single θ steps with
        | [] -> ()
        | lines -> Assert.Fail $"""{rule}, single {single}, θ {θ}, g %A{steps}: {String.concat "\n" lines}"""

/// A quadratic in n numbers, bent or not, in units of 1e-3 to 1e3.
let private objective (random: Random) n =
    let numbers _ = Array.init n (fun _ -> random.NextDouble() - 0.5)
    let A, b = Array.init n numbers, numbers ()
    let bend = choose random [ 0.0; 1.0 ]
    let scale = Math.Pow(10.0, float (random.Next(-3, 4)))

    fun (x: float[]) ->
        let r = Array.init n (fun i -> Array.sum (Array.map2 (*) A[i] x) - b[i])

        scale * (Array.sumBy (fun r -> r * r / 2.0) r + bend * Array.sumBy (fun x -> x ** 4.0 / 4.0) x),
        Array.init n (fun j -> scale * (Array.sum (Array.map2 (fun (a: float[]) r -> a[j] * r) A r) + bend * x[j] ** 3.0))

[<Fact>]
let ``every number of L-BFGS's iterations is within BFGS's bound`` () =
    let random = Random 1

    for case in 1..500 do
        let n, single = 1 + random.Next 6, case % 2 = 0

        let rule =
            LBFGS(
                Lr = choose random [ 0.0; 0.1; 1.0; 3.0 ],
                HistorySize = 1 + random.Next 5,
                ToleranceGrad = choose random [ 0.0; 1e-5 ],
                ToleranceChange = choose random [ 0.0; 1e-9 ],
                Maximize = (random.Next 4 = 0)
            )

        let θ = Array.init n (fun _ -> 4.0 * random.NextDouble() - 2.0)

        match Oracle.lbfgsViolations rule single (objective random n) θ (1 + random.Next 8) with
        | [] -> ()
        | lines -> Assert.Fail $"""{rule}, single {single}, θ {θ}: {String.concat "\n" lines}"""

[<Struct; NoEquality; NoComparison>]
type AdagradStep<'L when 'L: struct and 'L: (new: unit -> 'L) and 'L :> ValueType and 'L :> ILane<'L>> =
    {
        γ: 'L
        ε: 'L
        factor: 'L
    }

    interface IStep<'L> with
        static member SlotCount = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member k.Step(θ, g, s) =
            s.S1 <- Lane.fma g g s.S1
            let d: 'L = g / (Lane.sqrt s.S1 + k.ε)
            Lane.fma k.γ (k.factor * d) θ

/// Adagrad, with g times a factor that belongs to no paper.
type AdagradTimes(lr: float, factor: float) =
    member _.Lr = lr
    member _.Factor = factor

    interface IElementwiseRule with
        member _.Name = "Adagrad"
        member _.Slots = [| "sum" |]

        member _.Bind(_, use') =
            let step = { γ = Lane.constant -lr; ε = Lane.constant 1e-10; factor = Lane.constant factor }
            use'.Run &step

[<Theory; InlineData true; InlineData false>]
let ``a formula that is right is within the bound, and a few bits beside it are not`` single =
    let violations factor =
        Oracle.violations (AdagradTimes(0.1, factor)) single [| 0.0 |] [ [| 0.3 |]; [| -0.7 |] ]

    let unit = if single then Math.ScaleB(1.0, -23) else Math.ScaleB(1.0, -52)
    Assert.Empty(violations 1.0)
    Assert.NotEmpty(violations -1.0)
    Assert.NotEmpty(violations (1.0 + 8.0 * unit))
