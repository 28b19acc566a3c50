/// The identities between SGD's momenta.
module internal Optim.Functional.Properties.Momentum

open Optim.Functional

let private sgdWith option rule =
    Make.ours [ "SGD" ] rule |> Option.orElseWith (fun () -> Make.having option rule)

/// Nesterov's momentum constrains the others: so it is switched off first.
let private heavyBall rule =
    let rule = Options.setIf "nesterov" false rule
    if Options.number "momentum" rule = 0.0 then Options.set "momentum" 0.9 rule else rule

let private lr case = Round.to' case (Options.number "lr" case.Rule)
let private buffer = "momentum_buffer"

let plain =
    Make.elementwise
        "plain descent"
        "SGD with momentum 0 is θ - lr·g, rounded once, whatever the dampening; it remembers nothing."
        "torch: without momentum there is no buffer to dampen. The product and the sum are one fused operation."
        (sgdWith "lr")
        (Domain.any |> Domain.with' (Options.setIf "nesterov" false >> Options.setIf "momentum" 0.0))
        (fun case ->
            let _, s = Run.pure' Run.scalar case

            (case |> Trace.steps (fun at -> Trace.equal "parameter" (Round.fma case -(lr case) at.G at.θ) at.θ'))
            @ [
                for i, name in List.indexed (Case.names case) do
                    for slot in s[i].Slots -> $"{name}: has a slot {slot.Key}"
            ])

let firstMomentum =
    Make.elementwise
        "first momentum"
        "The first step does not dampen: the buffer is the gradient itself."
        "torch: the buffer is created as a copy of the first gradient."
        (sgdWith "momentum")
        (Domain.any |> Domain.with' heavyBall)
        (Trace.steps (fun at -> if at.T = 1 then Trace.equal buffer at.G (at.Slot' buffer) else []))

let nesterov =
    Make.elementwise
        "nesterov"
        "Nesterov's buffer is the heavy ball's, bit for bit, and its step is θ - lr·(g + μ·buffer), each product rounded with its sum."
        "Sutskever et al., ICML 2013, in torch's form: the look-ahead is taken of the step, not of the buffer."
        (sgdWith "nesterov")
        (Domain.any
         |> Domain.with' (heavyBall >> Options.setIf "dampening" 0.0 >> Meaning.undecayed >> Options.set "nesterov" true))
        (fun case ->
            let μ = Round.to' case (Options.number "momentum" case.Rule)
            let ball = Run.pure' Run.scalar { case with Rule = Options.set "nesterov" false case.Rule } |> snd

            (case
             |> Trace.steps (fun at ->
                 let ahead = Round.fma case μ (at.Slot' buffer) at.G
                 Trace.equal "parameter" (Round.fma case -(lr case) ahead at.θ) at.θ'))
            @ Bits.differences (Bits.state ball) (Bits.state (snd (Run.pure' Run.scalar case))))

let dampening =
    Make.elementwise
        "dampening"
        "Dampening τ is the same as gradients that are (1-τ) times as large from a parameter's second on, bit for bit."
        "torch: buffer = μ·buffer + (1-τ)·g; the product with g rounds by itself."
        (sgdWith "dampening")
        (Domain.any |> Domain.with' (heavyBall >> Meaning.undecayed))
        (fun case ->
            let factor = Round.to' case (1.0 - Options.number "dampening" case.Rule)

            let scale (met: bool list) g =
                let scaled =
                    List.map2 (fun met g -> if met then Option.map (Array.map (Round.to' case >> Round.mul case factor)) g else g) met g

                scaled, List.map2 (fun met (g: float[] option) -> met || g.IsSome) met g

            let gradients, _ = List.mapFold scale (case.Start |> List.map (fun _ -> false)) case.Gradients
            let undampened = { case with Rule = Options.set "dampening" 0.0 case.Rule; Gradients = gradients }
            Bits.differences (Run.bits Run.scalar undampened) (Run.bits Run.scalar case))

let fullDampening =
    Make.elementwise
        "full dampening"
        "With dampening 1 only the first gradient counts: the buffer is its product with μ once a step, each rounded."
        "Nothing of a later gradient is left when 1 - τ is 0."
        (sgdWith "dampening")
        (Domain.of' Moderate |> Domain.with' (heavyBall >> Meaning.undecayed >> Options.set "dampening" 1.0))
        (fun case ->
            let μ = Round.to' case (Options.number "momentum" case.Rule)

            case
            |> Trace.finiteSteps (fun at ->
                if at.T = 1 then [] else Trace.equal buffer (Round.mul case μ (at.Slot buffer)) (at.Slot' buffer)))

let all = [ plain; firstMomentum; nesterov; dampening; fullDampening ]
