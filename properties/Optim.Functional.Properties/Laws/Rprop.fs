/// What makes Rprop: step sizes that follow the gradient's sign and nothing else.
module internal Optim.Functional.Properties.Rprop

open Optim.Functional

let private rprop = Make.only [ "Rprop" ]

let private pair name rule =
    let two = Options.get<float[]> name rule
    two[0], two[1]

let stepSizes =
    Make.elementwise
        "step sizes"
        "A step size is η+ times its last where g keeps its sign, η- times where it flips, else itself, inside step_sizes; θ moves by it."
        "Riedmiller, Braun, ICNN 1993; Igel, Hüsken, NC 2000, Algorithm 2: a flip leaves θ where it is and is forgotten."
        rprop
        (Domain.of' Moderate)
        (fun case ->
            let round = Round.to' case
            let (ηm, ηp), (least, most) = pair "etas" case.Rule, pair "step_sizes" case.Rule
            let clamp δ = min (max δ (round least)) (round most)

            case
            |> Trace.fold 0 (fun last at ->
                let flipped = sign at.G * last < 0

                let η =
                    if flipped then ηm
                    elif sign at.G * last > 0 then ηp
                    else 1.0

                let moving = if flipped then 0 else sign at.G
                let δ = clamp (Round.mul case (at.Slot "step_size") (round η))

                Trace.equal "step_size" δ (at.Slot' "step_size") @ Trace.equal "parameter" (round (at.θ - float moving * δ)) at.θ', moving))

/// Powers of two, and factors that round.
let private factors = [ 1.0 / 1048576.0; 1048576.0; 3.0; 0.1; 700.0 / 3.0 ]

let signOnly =
    Make.elementwise
        "sign only"
        "Gradients multiplied by a positive number give the same parameters and step sizes, bit for bit."
        "Riedmiller, Braun, ICNN 1993: only the sign of the derivative counts."
        rprop
        (Domain.of' Moderate)
        (fun case ->
            let path factor =
                let gradients = case.Gradients |> List.map (List.map (Option.map (Array.map (Round.mul case factor))))

                Run.path Run.scalar { case with Gradients = gradients }
                |> List.collect (fun (θ, s) ->
                    [
                        yield! Bits.parameters θ
                        for i, name in List.indexed (Case.names case) do
                            for slot in s[i].Slots do
                                if slot.Key = "step_size" then
                                    $"{name}.step_size", Bits.tensor slot.Value
                    ])

            let wanted = path 1.0

            [
                for factor in factors do
                    for line in Bits.differences wanted (path factor) -> $"gradients times {factor:G6}: {line}"
            ]
            |> List.truncate 6)

let all = [ stepSizes; signOnly ]
