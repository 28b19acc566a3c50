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

let all = [ mean ]
