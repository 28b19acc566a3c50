module Optim.Functional.Properties.FormulaLaws

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Optim.Functional

/// Numbers between 1e-3 and 1e3 of both signs, whose squares are far from underflow.
let private gradients =
    gen {
        let! exponent = Gen.choose (-3, 2)
        let! digits = Gen.choose (100, 999)
        let! sign = Gen.elements [ -1.0; 1.0 ]
        return sign * float digits / 100.0 * Math.Pow(10.0, float exponent)
    }

let private decays = Gen.elements [ 0.0; 0.3; 0.5; 0.9; 0.99; 0.999 ]

/// Distance in units of float64's relative spacing.
let private ulps (wanted: float) (got: float) = abs (got - wanted) / (abs wanted * Math.ScaleB(1.0, -52))

/// A step of a moment rounds at most three times, and the host's 1 - β^t as often; what a step adds decays by β,
/// so the errors of at most 1/(1 - β) steps are alive.
let private momentUlps β = 4.0 / (1.0 - β) + 4.0

[<Property(MaxTest = 60)>]
let ``with a constant gradient Adam's corrected moments are g and g² at every t`` () =
    Gen.zip3 gradients decays decays |> Arb.fromGen |> Prop.forAll
    <| fun (g, β1, β2) ->
        let rule = Adam(Beta1 = β1, Beta2 = β2)

        ((([| 0.0 |], Optim.init rule [| 0.0 |]), true), [ 1..300 ])
        ||> List.fold (fun ((θ, s), holds) t ->
            let θ, s = Optim.step rule (θ, [| g |], s)
            let moment (slot: string) = s[0].Slots[slot].As<float>().Data[0]
            let m = moment "exp_avg" / (1.0 - Math.Pow(β1, float t))
            let v = moment "exp_avg_sq" / (1.0 - Math.Pow(β2, float t))
            (θ, s), holds && ulps g m <= momentUlps β1 && ulps (g * g) v <= momentUlps β2)
        |> snd

/// α, m, v, √v, the two corrections, the quotient and the product round once each.
let private firstStepUlps = 8.0

[<Property(MaxTest = 100)>]
let ``Adam's first step without eps moves each element by lr against its gradient's sign`` () =
    Gen.zip3 gradients decays decays |> Arb.fromGen |> Prop.forAll
    <| fun (g, β1, β2) ->
        let rule = Adam(Lr = 0.1, Beta1 = β1, Beta2 = β2, Eps = 0.0)
        let θ, _ = Optim.step rule ([| 0.0 |], [| g |], Optim.init rule [| 0.0 |])
        ulps (-0.1 * float (sign g)) θ[0] <= firstStepUlps

[<Property(MaxTest = 100)>]
let ``Rprop's step sizes grow, shrink or stay exactly, inside step_sizes`` () =
    Gen.zip (Gen.listOfLength 30 gradients) (Gen.elements [ 1e-6, 50.0; 0.05, 0.2; 1e-3, 1e-2 ])
    |> Arb.fromGen
    |> Prop.forAll
    <| fun (gs, (least, most)) ->
        let rule = Rprop(Lr = 0.1, StepSizeMin = least, StepSizeMax = most)
        let slot (s: State) (name: string) = s[0].Slots[name].As<float>().Data[0]
        let clamp δ = min (max δ least) most
        let first = Optim.step rule ([| 0.0 |], [| gs.Head |], Optim.init rule [| 0.0 |])

        ((first, slot (snd first) "step_size" = clamp 0.1), gs.Tail)
        ||> List.fold (fun ((θ, s), holds) g ->
            let before, last = slot s "step_size", slot s "prev"
            let θ, s = Optim.step rule (θ, [| g |], s)

            let wanted =
                match sign (g * last) with
                | 1 -> clamp (before * 1.2)
                | -1 -> clamp (before * 0.5)
                | _ -> before

            (θ, s), holds && slot s "step_size" = wanted)
        |> snd
