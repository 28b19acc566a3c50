module Optim.Functional.Properties.Tests.OracleTests

open System
open System.Runtime.CompilerServices
open Xunit
open Optim.Functional
open Optim.Functional.Properties

let private choose (random: Random) (values: 'a list) = values[random.Next values.Length]

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
