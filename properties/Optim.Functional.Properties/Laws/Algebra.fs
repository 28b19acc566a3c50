/// What holds for every update rule that is worth the name.
module internal Optim.Functional.Properties.Algebra

open System
open Optim.Functional

let private mapGradients f case =
    { case with Gradients = case.Gradients |> List.map (List.map (Option.map (Array.map f))) }

/// Where ε is 0, a moment may be divided by zero, and infinity times a rate of 0 is NaN.
let private positiveEps rule =
    if not (Options.has "eps" rule) then
        rule
    else
        match (Options.all rule)["eps"] with
        | :? float as ε when ε = 0.0 -> Options.set "eps" 1e-8 rule
        | :? (Nullable<float>[]) as two when two[0].HasValue && two[0].Value < 1e-15 -> // its square is 0 in float32
            Options.set "eps" [| Nullable 1e-8; two[1] |] rule
        | _ -> rule

let private undecayed rule =
    [ "weight_decay"; "weight_decay_1d"; "lambd" ] |> List.fold (fun rule decay -> Options.setIf decay 0.0 rule) rule

/// Violations where the parameters do not end where they began.
let private unmoved case =
    let θ, _ = Run.pure' Run.scalar case
    Bits.differences (Bits.unsignedZeros (Bits.parameters (Case.start case))) (Bits.unsignedZeros (Bits.parameters θ))

let absent =
    Make.gradient
        "absent gradient"
        "Without a gradient a parameter and its state keep their bits."
        "torch: grad = None is skipped, which is not the same as a gradient of zero."
        Unless.accumulating
        Domain.any
        (fun case ->
            List.pairwise (Run.path Run.scalar case)
            |> List.zip (Case.gradients case)
            |> List.indexed
            |> List.collect (fun (t, (g, ((θ, s), (θ', s')))) ->
                [
                    for name in Case.names case do
                        if not (g.Contains name) then
                            let of' (θ: Params, s: State) = (name, Bits.tensor θ[name]) :: Bits.entry name s[name]
                            for line in Bits.differences (of' (θ, s)) (of' (θ', s')) -> $"step {t + 1}: {line}"
                ]))

let maximize =
    Make.gradient
        "maximize"
        "To maximize with g is to minimize with -g; weight decay still shrinks the parameters."
        "torch: the gradient is negated before weight decay is added."
        (Unless.any [ Make.having "maximize"; Unless.parted; Unless.noisy ])
        Domain.any
        (fun case ->
            let up, down = Options.set "maximize" true case.Rule, Options.set "maximize" false case.Rule

            Bits.differences
                (Run.bits Run.scalar (mapGradients (~-) { case with Rule = down }))
                (Run.bits Run.scalar { case with Rule = up }))

let zeroLr =
    Make.gradient
        "zero lr"
        "A learning rate of 0 leaves the parameters."
        "The step is proportional to the learning rate, its decay too, unless that is fixed or independent."
        (Unless.any
            [
                fun rule ->
                    if (Kind.rule rule).Name = "Rprop" then
                        Some "its lr is no factor but the first step size, which step_sizes then bounds"
                    else
                        Make.having "lr" rule
                Unless.restless
                Unless.scheduled
                Unless.parted
            ])
        (Domain.of' Moderate
         |> Domain.with' (
             Options.set "lr" 0.0 >> Options.setIf "fixed_decay" false >> Options.setIf "weight_decay_method" null >> positiveEps
         ))
        unmoved

let odd =
    Make.gradient
        "odd symmetry"
        "The negated start with the negated gradients gives the negated result; slots keep their size."
        "Rounding to nearest treats both signs alike, and so does every rule here: there is no preferred direction."
        Unless.noisy
        Domain.any
        (fun case ->
            let negated = mapGradients (~-) { case with Start = case.Start |> List.map (Array.map (~-)) }

            let sizes (bits: Bits) : Bits =
                bits |> List.map (fun (name, values) -> name, values |> Array.map (fun x -> x &&& System.Int64.MaxValue))

            let negate (bits: Bits) : Bits =
                bits |> List.map (fun (name, values) -> name, values |> Array.map (fun x -> x ^^^ System.Int64.MinValue))

            let θ, s = Run.pure' Run.scalar case
            let θ', s' = Run.pure' Run.scalar negated
            // A NaN has no sign here: negating it twice must not make one.
            let canonical (bits: Bits) : Bits =
                bits
                |> List.map (fun (name, values) -> name, values |> Array.map (System.BitConverter.Int64BitsToDouble >> Bits.number))

            Bits.differences (Bits.unsignedZeros (Bits.parameters θ)) (Bits.unsignedZeros (canonical (negate (Bits.parameters θ'))))
            @ Bits.differences (sizes (Bits.state s)) (sizes (Bits.state s')))

let zeroGradient =
    Make.gradient
        "zero gradient"
        "From a fresh state and without decay, gradients of zero move nothing."
        "A parameter at a stationary point stays there."
        (Unless.any [ Unless.decaying; Unless.parted; Unless.noisy ])
        (Domain.of' Zeros |> Domain.with' undecayed)
        unmoved

let skip =
    Make.gradient
        "skip"
        "With NonFinite.Skip, a step whose gradients are not finite, or so large that its numbers would not be, changes nothing and is not counted."
        "One overflow of a loss scale must not cost the run."
        Unless.accumulating
        Domain.any
        (fun case ->
            let rule = case.Rule.OnNonFinite NonFinite.Skip

            ((Run.init rule (Case.start case), []), Case.gradients case)
            ||> List.fold (fun (at, broken) g ->
                let all holds (values: NDArray seq) = values |> Seq.forall (Bits.floats >> Array.forall holds)

                let gradients = g.Entries |> Seq.map _.Value

                // The square of a smaller one cannot lift a finite number to infinity.
                let large = if case.Single then 2.0 ** 51.0 else 2.0 ** 485.0
                let next = Run.step Run.scalar rule at g
                let (θ, s) as plain = Run.step Run.scalar case.Rule at g
                let written = g.Names |> Seq.collect (fun name -> Seq.append [ θ[name] ] s[name].Slots.Values)

                let isFinite = gradients |> all System.Double.IsFinite
                let overflows = not (gradients |> all (fun x -> abs x < large) || written |> all System.Double.IsFinite)

                // A stage that scales the gradients down may have saved the step.
                let isScaled =
                    match case.Rule with
                    | :? Plan as plan -> plan.Stages |> Seq.exists (fun stage -> stage :? Rules.IGradientStage)
                    | _ -> false

                let differences wanted = Bits.differences (Bits.whole wanted) (Bits.whole next)

                let told =
                    if isFinite && overflows && isScaled && differences plain = [] then []
                    elif isFinite && not overflows then differences plain
                    else differences at

                next, broken @ told)
            |> snd)

let steady =
    Make.elementwise
        "steady gradient"
        "A gradient that stays the same for forty steps gives no NaN."
        "A variance is at least 0, whatever rounding makes of the difference that it is computed by."
        (Make.having "centered")
        (Domain.of' Moderate |> Domain.with' (Options.set "centered" true >> Options.setIf "alpha" 0.5))
        (fun case ->
            let θ, _ = Run.pure' Run.scalar { case with Gradients = List.replicate 40 case.Gradients.Head }

            [
                for name in Case.names case do
                    for i, x in Array.indexed (Bits.floats θ[name]) do
                        if Double.IsNaN x then
                            $"{name}[{i}] is NaN"
            ])

let all = [ absent; maximize; zeroLr; odd; zeroGradient; steady; skip ]
