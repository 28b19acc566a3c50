/// What a power of two, which no rounding sees, shows of a formula.
module internal Optim.Functional.Properties.Scaling

open System
open Optim.Functional

let private times exponent = Array.map (fun x -> Math.ScaleB(x, exponent))

let private scaled exponent case =
    { case with Gradients = case.Gradients |> List.map (List.map (Option.map (times exponent))) }

let private parameters case = Run.path Run.scalar case |> List.collect (fst >> Bits.parameters)

let scale =
    Make.elementwise
        "scale"
        "At eps = 0 and without an L2 penalty, gradients multiplied by a power of two leave the path of the parameters, bit for bit, or out of all bounds."
        "Kingma, Ba, arXiv:1412.6980v9, section 2.1: the scale cancels in m/sqrt(v); a power of two cancels in every rounding too."
        (fun rule ->
            Make.only [ "Adam"; "AdamW"; "Adamax"; "RMSprop"; "Adagrad" ] rule
            |> Option.orElseWith (fun () -> Make.having "eps" rule))
        (Domain.of' Moderate
         |> Domain.with' (Meaning.unpenalized >> Options.set "eps" 0.0 >> Options.setIf "initial_accumulator_value" 0.0))
        (fun case ->
            // Where a moment is divided by 0.
            let bounded (bits: Bits) : Bits =
                bits
                |> List.map (fun (name, values) ->
                    name, values |> Array.map (fun x -> if abs (BitConverter.Int64BitsToDouble x) < 1e20 then x else Bits.number infinity))

            let wanted = bounded (parameters case)

            // In float32, squares of 1e-3 times 2^-30 and a thousandth of them are normal still; so are those of 1e3 times 2^30.
            [ -30; -7; 1; 30 ]
            |> List.collect (fun exponent ->
                [
                    for line in Bits.differences wanted (bounded (parameters (scaled exponent case))) ->
                        $"gradients times 2^{exponent}: {line}"
                ])
            |> List.truncate 6)

let units =
    Make.elementwise
        "units"
        "Gradients and parameters multiplied by a power of two, and eps by its square, give the path of the parameters so multiplied."
        "Zeiler, arXiv:1212.5701v1, section 3.2: a step has units; eps, beside squares of gradients and of steps, has their square."
        (fun rule -> Make.only [ "Adadelta" ] rule |> Option.orElseWith (fun () -> Make.having "eps" rule))
        (Domain.of' Moderate)
        (fun case ->
            let multiplied exponent =
                let ε = Math.ScaleB(Options.number "eps" case.Rule, 2 * exponent)
                { scaled exponent case with Rule = Options.set "eps" ε case.Rule; Start = case.Start |> List.map (times exponent) }

            // Steps of the size of sqrt(eps) · 1e-6, and their squares, are normal still in float32.
            [ -10; -1; 3; 20 ]
            |> List.collect (fun exponent ->
                let wanted =
                    parameters case
                    |> List.map (fun (name, bits) ->
                        name, bits |> Array.map BitConverter.Int64BitsToDouble |> times exponent |> Array.map Bits.number)

                [ for line in Bits.differences wanted (parameters (multiplied exponent)) -> $"times 2^{exponent}: {line}" ])
            |> List.truncate 6)

let all = [ scale; units ]
