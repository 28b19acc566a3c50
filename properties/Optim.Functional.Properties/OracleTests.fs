module Optim.Functional.Properties.OracleTests

open System
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
    | "alpha" -> box (choose random [ 0.75; fraction (); between 0.0 3.0 ])
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

let private trace (random: Random) =
    let n = 1 + random.Next 4
    // Now and then numbers near each other, so that moments and gradients cancel.
    let near = random.Next 3 = 0
    let scale = number random

    let draw () =
        if near then scale * (1.0 + 1e-3 * (random.NextDouble() - 0.5)) else number random

    Array.init n (fun _ -> draw ()), List.init (1 + random.Next 8) (fun _ -> Array.init n (fun _ -> draw ()))

[<Theory; MemberData(nameof names)>]
let ``every number of every step is within the reference's bound`` name =
    let random = Random 1

    for case in 1..1000 do
        let rule, single, (θ, steps) = rule random (Registry.Find name), case % 2 = 0, trace random

        match Oracle.violations rule single θ steps with
        | [] -> ()
        | lines -> Assert.Fail $"""{rule}, single {single}, θ {θ}, g %A{steps}: {String.concat "\n" lines}"""
