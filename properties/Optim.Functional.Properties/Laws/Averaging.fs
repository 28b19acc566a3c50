/// What is averaged, and how: iterates, moments, momentum.
module internal Optim.Functional.Properties.Averaging

open System
open Optim.Functional

/// A step rounds ax once, by half an ulp of the largest |θ|, and its errors then fade as s/n: (n + 1)/4 ulps;
/// 1/n, the difference and its product add 4/n of it a step, 4 in all; the law's own sum of n adds n/2.
let private meanUlps n = float n + 5.0

/// Long enough for a mean of many.
let private rounds = 3

let mean =
    Make.elementwise
        "mean of iterates"
        "ax is θ up to step t0 + 2, and from there on the mean of the iterates of step t0 + 2 and later, for whole t0 >= -1."
        "Polyak, Juditsky, 1992; torch's mu of a step, 1/max(1, t - t0), is used by the next. With t0 < -1 the first iterate weighs more."
        (Make.only [ "ASGD" ])
        (Domain.of' Moderate
         |> Domain.with' (fun rule -> Options.setIf "t0" (max -1.0 (Math.Round(Options.number "t0" rule))) rule))
        (fun case ->
            let case = { case with Gradients = List.concat (List.replicate rounds case.Gradients) }

            [ case; { case with Rule = Options.setIf "t0" 1.0 case.Rule } ]
            |> List.collect (fun case ->
                let t0 = Options.number "t0" case.Rule

                case
                |> Trace.fold [] (fun averaged at ->
                    let averaged = if float at.T <= max 1.0 (t0 + 2.0) then [ at.θ' ] else at.θ' :: averaged
                    let n, largest = averaged.Length, averaged |> List.map abs |> List.max

                    if n = 1 then
                        Trace.equal "ax" at.θ' (at.Slot' "ax"), averaged
                    elif Double.IsFinite at.θ' then
                        let wanted = averaged |> List.sumBy (fun θ -> θ / float n)
                        Trace.near "ax" (meanUlps n * Round.ulp case largest) wanted (at.Slot' "ax"), averaged
                    else
                        [], averaged)))

/// At the third step 3^600, beside which 2 is nothing in float64, or its inverse.
let private steep = 600.0

/// An inner momentum of which nothing is left, with another path through the formula.
let private negligible = 1e-300

let newest =
    Make.elementwise
        "newest iterate"
        "Where the newest weight is all there is, y is z after the step, bit for bit; where it is nothing, a gradient of zero leaves y."
        "Defazio et al., arXiv:2405.15682v4, Algorithm 1: y = (1 - c)y + cz is taken from the nearer end, \
        so that c = 1 gives z and c = 0 gives y."
        (Make.ours [ "ScheduleFreeAdamW"; "ScheduleFreeSGD" ])
        ({ Domain.of' Moderate with Gaps = false }
         |> Domain.with' (Options.set "weight_lr_power" 0.0 >> Options.set "weight_decay" 0.0 >> Options.set "warmup_steps" 0)
         |> Domain.with' (fun rule ->
             if Options.has "eps" rule && Options.number "eps" rule = 0.0 then
                 Options.set "eps" 1e-8 rule
             else
                 rule))
        (fun case ->
            let g = case.Gradients.Head
            let zeros = g |> List.map (Option.map (Array.map (fun _ -> 0.0)))

            let last μ r third =
                let rule r = case.Rule |> Options.setIf "inner_momentum" μ |> Options.set "r" r
                let steps = Case.gradients { case with Gradients = [ g; List.last case.Gradients; third ] }

                let two =
                    (Run.init case.Rule (Case.start case), List.truncate 2 steps) ||> List.fold (Run.step Run.scalar (rule 0.0))

                two, Run.step Run.scalar (rule r) two steps[2]

            [
                for μ in [ 0.0; negligible ] do
                    let _, (θ, s) = last μ steep g

                    for i, name in List.indexed (Case.names case) do
                        yield Bits.unsignedZeros [ name, Bits.tensor s[i].Slots["z"] ], Bits.unsignedZeros [ name, Bits.tensor θ[i] ]

                    let (θ, _), (θ', _) = last μ -steep zeros
                    yield Bits.unsignedZeros (Bits.parameters θ), Bits.unsignedZeros (Bits.parameters θ')
            ]
            |> List.collect (fun (wanted, got) -> Bits.differences wanted got)
            |> List.truncate 6)

/// The steps of each parameter that has a gradient: its number, the gradient, the states before and after.
let private moved case =
    [
        for gradients, ((_, s), (_, s')) in List.zip case.Gradients (List.pairwise (Run.path Run.scalar case)) do
            for i, g in List.indexed gradients do
                match g with
                | Some g -> i, Array.map (Round.to' case) g, (s: State)[i], (s': State)[i]
                | None -> ()
    ]

let private slot n key (s: ParameterState) =
    match s.Slots.TryGetValue key with
    | true, slot -> Bits.floats slot
    | _ -> Array.zeroCreate n

let secondMoments =
    Make.gradient
        "second moments"
        "Adafactor's averages go from the nearer end, rounded once, to g² or to the means that a first step with the same gradient has."
        "torch.lerp; at the first step the weight is 1, and the averages are the means themselves."
        (Unless.any [ Unless.plan; Make.ours [ "Adafactor" ] ])
        (Domain.of' Moderate)
        (fun case ->
            moved case
            |> List.collect (fun (i, g, before, after) ->
                let w = Math.Pow(float (before.Step + 1L), Options.number "beta2_decay" case.Rule)
                let alone = { Case.pick [ i ] case with Gradients = [ [ Some g ] ] }
                let first = (snd (Run.pure' Run.scalar alone))[0]

                [
                    for s in after.Slots do
                        let got = Bits.floats s.Value

                        let towards =
                            if s.Key = "variance" then
                                Array.map (fun g -> Round.mul case g g) g
                            else
                                slot got.Length s.Key first

                        let wanted = Array.map2 (fun a b -> Round.lerp case a b w) (slot got.Length s.Key before) towards
                        yield! Bits.differences [ $"p{i}.{s.Key}", Bits.ofFloats wanted ] [ $"p{i}.{s.Key}", Bits.ofFloats got ]
                ])
            |> List.truncate 6)

/// So large that dividing by it and multiplying with it leave a number of either type what it is.
let private scale = Math.ScaleB(1.0, 60)

let lookAhead =
    Make.gradient
        "look ahead"
        "Muon's momentum goes from the nearer end to g, and with Nesterov the update from g to it; each rounds once."
        "torch.lerp. Without iterations, from 0 and with a power of two for lr and eps, a step is the update itself."
        (Unless.any [ Unless.plan; Make.ours [ "Muon" ] ])
        (Domain.of' Moderate)
        (fun case ->
            let case =
                { case with
                    Start = case.Start |> List.map (Array.map (fun _ -> 0.0))
                    Shapes = case.Start |> List.map (fun values -> [ 1; values.Length ])
                    Gradients = List.truncate 2 case.Gradients
                    Rule =
                        case.Rule
                        |> Options.set "ns_steps" 0
                        |> Options.set "lr" scale
                        |> Options.set "eps" scale
                        |> Options.set "weight_decay" 0.0
                        |> Options.set "adjust_lr_fn" null
                }

            let μ, sign =
                Options.number "momentum" case.Rule, (if Options.isOn "maximize" case.Rule then -1.0 else 1.0)

            moved case
            |> List.collect (fun (i, g, before, after) ->
                let g = Array.map ((*) sign) g

                let wanted =
                    Array.map2 (fun b g -> Round.lerp case b g (1.0 - μ)) (slot g.Length "momentum_buffer" before) g

                Bits.differences
                    [ $"p{i}.momentum_buffer", Bits.ofFloats wanted ]
                    [ $"p{i}.momentum_buffer", Bits.tensor after.Slots["momentum_buffer"] ])
            |> List.append (
                // The first step of each parameter alone shows its update, since it starts from 0.
                [
                    for i in 0 .. case.Start.Length - 1 do
                        match case.Gradients |> List.choose (List.item i) with
                        | [ first; second ] ->
                            let first, second =
                                Array.map (Round.to' case >> (*) sign) first, Array.map (Round.to' case >> (*) sign) second

                            let own = Case.pick [ i ] case
                            let _, s = Run.pure' Run.scalar { own with Gradients = List.truncate 1 own.Gradients }
                            let θ, _ = Run.step Run.scalar case.Rule (Case.start own, s) (List.last (Case.gradients own))
                            let b = Array.map (fun g -> Round.lerp case 0.0 g (1.0 - μ)) first
                            let b = Array.map2 (fun b g -> Round.lerp case b g (1.0 - μ)) b second

                            let u =
                                if Options.isOn "nesterov" case.Rule then
                                    Array.map2 (fun g b -> Round.lerp case g b μ) second b
                                else
                                    b

                            yield!
                                Bits.differences
                                    (Bits.unsignedZeros [ $"p{i}", Bits.ofFloats (Array.map (~-) u) ])
                                    (Bits.unsignedZeros [ $"p{i}", Bits.tensor θ[0] ])
                        | _ -> ()
                ]
            )
            |> List.truncate 6)

let quotient =
    Make.elementwise
        "last quotient"
        "With a decay of 0, ADOPT's momentum is the last gradient over the root of what exp_avg_sq was, or over eps, each rounded once."
        "Taniguchi et al., arXiv:2411.02853v3, Algorithm 2; torch.lerp goes from the nearer end, so that the weight 1 gives the quotient itself."
        (Make.ours [ "ADOPT" ])
        (Domain.of' Moderate
         |> Domain.with' (fun rule ->
             rule
             |> Options.set "betas" [| 0.0; (Options.get<float[]> "betas" rule)[1] |]
             |> Options.set "weight_decay" 0.0
             |> Options.set "eps" 1e-3
             |> Options.set "clip_lambda" infinity))
        (fun case ->
            case
            |> Trace.finiteSteps (fun at ->
                if at.T = 1 then
                    Trace.equal "exp_avg" 0.0 (at.Slot' "exp_avg")
                else
                    let root = max (Round.to' case (sqrt (at.Slot "exp_avg_sq"))) (Round.to' case 1e-3)
                    Trace.equal "exp_avg" (Round.to' case (at.G / root)) (at.Slot' "exp_avg")))

let all = [ mean; newest; quotient; secondMoments; lookAhead ]
