/// What Prodigy learns of all parameters together.
module internal Optim.Functional.Properties.Distance

open Optim.Functional

/// One step's sums, in double-double arithmetic, of all elements that have a gradient.
module private Learning =

    open Optim.Functional.Properties.RoundedOperators

    let private option name o = Rounded.host (Options.number name o)

    /// d, d_max, d_numerator and k after a step, of those before and of the elements: θ, g, p0 and s of each.
    let step o (d, most, r, k) (elements: (Rounded * Rounded * Rounded * Rounded) list) =
        let α, d0, β = option "lr" o, option "d0" o, Options.get<float[]> "betas" o
        let β1, β2, β3 = Rounded.host β[0], Rounded.host β[1], SharedFormulas.prodigyβ3 o
        let later = k + 1R

        let corrected =
            if Options.isOn "use_bias_correction" o then sqrt (1R - β2 ** later) / (1R - β1 ** later) else 1R

        let δ = d * α * corrected
        let γ = d / d0 * (if Options.isOn "safeguard_warmup" o then d else δ)

        let gradient (θ, g) =
            let g = if Options.isOn "maximize" o then -g else g
            let λ = option "weight_decay" o
            if Options.isOn "decouple" o || Rounded.isZero λ then g else g + λ * θ

        let sum terms =
            if List.isEmpty terms then 0R else Rounded.sum (terms |> List.map Rounded.toHost)

        let alongs = sum [ for θ, g, p0, _ in elements -> gradient (θ, g) * (p0 - θ) ]
        let sizes = sum [ for θ, g, _, s in elements -> abs (β3 * s + γ * gradient (θ, g)) ]

        let learned =
            if Rounded.isZero α then
                [ d; most; r ]
            else
                let r = β3 * r + d / d0 * δ * alongs
                let found = option "d_coef" o * r / sizes
                let d = if Rounded.isZero (d - d0) then max d found else d
                let most = max most found
                let growth = Options.number "growth_rate" o
                [ (if System.Double.IsInfinity growth then most else min most (d * Rounded.host growth)); most; r ]

        let moved = learned @ [ later ]
        let stood = [ d; most; r; k ]
        // The sum of sizes is not below zero.
        List.map2 (fun moved stood -> Rounded.bySign { sizes with Positive = true } (moved, stood, stood)) moved stood

let private keys = [ "d"; "d_max"; "d_numerator"; "k" ]

let learned =
    Make.elementwise
        "learned distance"
        "d, d_max, d_numerator and k after a step are those of Algorithm 4, of the sums over all elements, within the roundings of a sum."
        "Mishchenko, Defazio, arXiv:2306.06101v4, Algorithm 4, in the authors' form; a group that has lr 0, or sums of 0, learns nothing."
        (Make.only [ "Prodigy" ])
        (Domain.of' Moderate)
        (fun case ->
            let path = Run.path Run.scalar case

            List.zip case.Gradients (List.pairwise path)
            |> List.indexed
            |> List.collect (fun (t, (gradients, ((θ, s), (_, s')))) ->
                let elements =
                    [
                        for i, g in List.indexed gradients do
                            match g with
                            | Some g ->
                                let lane = Rounded.lane case.Single
                                let at = Bits.floats θ[i]

                                let slot key otherwise =
                                    match s[i].Slots.TryGetValue key with
                                    | true, slot -> Bits.floats slot
                                    | _ -> otherwise

                                let p0, sums = slot "p0" at, slot "s" (Array.zeroCreate at.Length)
                                let g = Array.map (Round.to' case) g
                                for k in 0 .. at.Length - 1 -> lane at[k], lane g[k], lane p0[k], lane sums[k]
                            | None -> ()
                    ]

                let before = keys |> List.map (fun key -> Rounded.host s.SharedScalars[key])
                let wanted = Learning.step case.Rule (before[0], before[1], before[2], before[3]) elements

                List.zip keys wanted
                |> List.map (fun (key, wanted) ->
                    { Where = $"step {t + 1}: {key}"; Wanted = wanted; Got = s'.SharedScalars[key]; K = 1.0 })
                |> Comparison.violations))

let rest =
    Make.elementwise
        "rest"
        "A step with lr 0, or without gradients to remember, leaves parameters, slots and what is learned, \
        whatever has been learned before."
        "The authors' code: a group whose lr is 0 stays put, and takes no part in the sums; where these are 0 nothing moves."
        (Make.only [ "Prodigy" ])
        (Domain.of' Moderate)
        (fun case ->
            let θ, s = Run.pure' Run.scalar case
            let g = List.last (Case.gradients case)
            let still = Options.set "lr" 0.0 case.Rule, g

            let zeros = List.last case.Gradients |> List.map (Option.map (Array.map (fun _ -> 0.0)))

            let forgetful =
                case.Rule |> Options.set "beta3" 0.0 |> Options.set "decouple" true,
                List.exactlyOne (Case.gradients { case with Gradients = [ zeros ] })

            let seen (θ: Params, s: State) = Bits.whole (θ, s) |> List.filter (fun (name, _) -> not (name.EndsWith ".step"))

            // A parameter without a state gets one.
            if Seq.forall (fun (i: int) -> s[i].Exists) [ 0 .. case.Start.Length - 1 ] then
                [ still; forgetful ]
                |> List.collect (fun (rule, g) ->
                    let after = Run.step Run.scalar rule (θ, s) g
                    Bits.differences (Bits.unsignedZeros (seen (θ, s))) (Bits.unsignedZeros (seen after)))
            else
                [])

let all = [ learned; rest ]
