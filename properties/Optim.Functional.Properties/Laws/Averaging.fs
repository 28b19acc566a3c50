/// What averages the iterates: ASGD.
module internal Optim.Functional.Properties.Averaging

open System
open Optim.Functional

/// A step rounds ax once, by half an ulp of the largest |θ|, and its errors then fade as s/n: (n + 1)/4 ulps; 1/n, the difference and its product
/// add 4/n of it a step, 4 in all; the law's own sum of n adds n/2.
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

/// (k + 1)^80 and its inverse: beside 1 nothing, in float64.
let private steep = 80.0

let newest =
    Make.elementwise
        "newest iterate"
        "Where the newest weight is all, at the first step and at r = 80 at the second, y is z bit for bit; where it is nothing, at r = -80, a gradient of zero leaves y."
        "Defazio et al., arXiv:2405.15682v4, Algorithm 1: y = (1 - c)y + cz is taken from the nearer end, so that c = 1 gives z and c = 0 gives y."
        (Make.ours [ "ScheduleFreeAdamW" ])
        ({ Domain.of' Moderate with Gaps = false }
         |> Domain.with' (
             Options.set "weight_lr_power" 0.0
             >> Options.set "weight_decay" 0.0
             >> Options.set "warmup_steps" 0
             >> Options.set "inner_momentum" 0.0
         )
         |> Domain.with' (fun rule -> if Options.number "eps" rule = 0.0 then Options.set "eps" 1e-8 rule else rule))
        (fun case ->
            let steps r gradients =
                Run.path Run.scalar { case with Rule = Options.set "r" r case.Rule; Gradients = gradients } |> List.tail

            let g = case.Gradients.Head
            let zeros = g |> List.map (Option.map (Array.map (fun _ -> 0.0)))

            [
                for θ, s in steps steep [ g; List.last case.Gradients ] do
                    for i, name in List.indexed (Case.names case) do
                        yield Bits.unsignedZeros [ name, Bits.tensor s[i].Slots["z"] ], Bits.unsignedZeros [ name, Bits.tensor θ[i] ]
                match steps -steep [ g; g; zeros ] with
                | [ _; (θ, _); (θ', _) ] -> yield Bits.unsignedZeros (Bits.parameters θ), Bits.unsignedZeros (Bits.parameters θ')
                | _ -> ()
            ]
            |> List.collect (fun (wanted, got) -> Bits.differences wanted got)
            |> List.truncate 6)

let all = [ mean; newest ]
