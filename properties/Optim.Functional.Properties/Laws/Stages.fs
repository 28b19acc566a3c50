/// A plan's step is what its stages say, one after another.
module internal Optim.Functional.Properties.Stages

open System
open Optim.Functional
open Optim.Functional.Rules

/// Stages of each type, some of them, in an order that says nothing.
let drawn (random: Random) (rule: IRule) : IRule =
    let pick (values: float[]) = values[random.Next values.Length]

    let stages: IStage list =
        [
            LossScale(pick [| 4.0; 0.5; 3.0; -2.0 |])
            FinitePolicy NonFinite.Skip
            ClipNorm(pick [| 0.5; 3.0; 1e6 |])
            Cosine(int64 (random.Next(1, 6)), pick [| 0.01; 0.25 |])
            Cautious(pick [| 1e-3; 0.5 |])
            CautiousWeightDecay(pick [| 0.1; 0.5 |])
            Ema(pick [| 0.999; 0.5; 0.25; 0.0; 1.0 |])
        ]

    let some = stages |> List.filter (fun _ -> random.Next 2 = 0) |> Array.ofList
    random.Shuffle some

    (rule, some)
    ||> Array.fold (fun rule stage ->
        try
            rule.With stage
        with :? ArgumentException -> // it cannot go around this rule
            rule)

/// η_min + (η - η_min)(1 + cos(πt/T))/2 up to T, and η_min from there.
let private rate rule t =
    let lr = (Kind.gradient rule).Lr

    match Kind.find<Cosine> rule with
    | Some cosine when t >= cosine.Steps -> cosine.EtaMin
    | Some cosine -> cosine.EtaMin + (lr - cosine.EtaMin) * (1.0 + Math.Cos(Math.PI * float t / float cosine.Steps)) / 2.0
    | None -> lr

/// The rule alone at a learning rate.
let private at lr rule =
    if (Kind.find<Cosine> rule).IsSome then Options.set "lr" lr (Kind.rule rule) else Kind.rule rule

/// What is wrong with the norm that is told, and the factor on the gradients.
let private scale rule told (gradients: float[] list) =
    let unscaled =
        match Kind.find<LossScale> rule with
        | Some stage -> 1.0 / stage.Scale
        | None -> 1.0

    match Kind.find<ClipNorm> rule with
    | None -> [], unscaled
    | Some clip ->
        let plain = abs unscaled * sqrt (gradients |> List.sumBy (Array.sumBy (fun g -> g * g)))
        let isNear = abs (told - plain) <= 1e-9 * plain || not (Double.IsFinite plain)
        (if isNear then [] else [ $"norm: wanted {plain:R}, got {told:R}" ]), unscaled * min 1.0 (clip.MaxNorm / (told + 1e-6))

/// The gradient as the formula sees it.
let private prepared case scale (θ: float[]) (g: float[]) =
    let rule = Kind.gradient case.Rule
    let round = Round.to' case
    let scale, λ = round (if rule.Maximize then -scale else scale), rule.WeightDecay

    Array.map2
        (fun θ g ->
            let g = if scale = 1.0 && λ = 0.0 then round g else Round.mul case scale (round g)
            if λ = 0.0 then g else Round.fma case (round λ) θ g)
        θ
        g

/// Which elements are updated, and by how much more.
let private cautious case (stage: Cautious option) (u: float[]) (g: float[]) =
    match stage with
    | None -> Array.map (fun _ -> 1.0) u
    | Some stage ->
        let agrees = Array.map2 (fun u g -> Round.mul case u g > 0.0) u g
        let share = float (agrees |> Array.filter id |> Array.length) / float u.Length
        let more = Round.to' case (1.0 / max share stage.Least)
        agrees |> Array.map (fun agrees -> if agrees then more else 0.0)

/// Which elements shrink before they are updated, and by what.
let private shrinks case (stage: CautiousWeightDecay option) lr (u: float[]) (θ: float[]) =
    match stage with
    | None -> Array.map (fun _ -> 1.0) u
    | Some stage -> Array.map2 (fun u θ -> if 0.0 > Round.mul case u θ then 1.0 else Round.to' case (1.0 - lr * stage.WeightDecay)) u θ

/// The average after a step.
let private averaged case (ema: Ema) (last: float[] option) (θ: float[]) =
    let w = 1.0 - ema.Decay

    match last with
    | Some last when w <> 1.0 -> Array.map2 (fun e θ -> Round.lerp case e θ w) last θ
    | _ -> θ

/// One step by the definitions: parameters, the rule's own state, and averages. None of the averages where there is no stage.
let private define case t scale (θ: Params, s: State, averages: Map<string, float[]>) (gradients: (string * float[]) list) (g: Params) =
    let lr = rate case.Rule t
    let bare = at lr case.Rule

    let probe (times, shrink, shows) =
        let rule =
            if times = 1.0 && shrink = 1.0 && not shows then bare else bare.With(Probe(times, shrink, shows))

        rule.Step(θ, g, s, scale, Run.scalar)

    let probe =
        let known = Collections.Generic.Dictionary<_, _>() in

        fun key ->
            (if not (known.ContainsKey key) then
                 known[key] <- probe key)

            known[key]

    let struct (_, s') = probe (1.0, 1.0, false)
    let gradients = Map gradients
    let caution, decay = Kind.find<Cautious> case.Rule, Kind.find<CautiousWeightDecay> case.Rule

    let values =
        [
            for e in θ.Entries do
                let now = Bits.floats e.Value

                let next =
                    match gradients.TryFind e.Key with
                    | None -> now
                    | Some _ when caution.IsNone && decay.IsNone -> let struct (θ', _) = probe (1.0, 1.0, false) in Bits.floats θ'[e.Key]
                    | Some g ->
                        let struct (update, _) = probe (1.0, 1.0, true)
                        let u = Bits.floats update[e.Key]
                        let times = cautious case caution u (prepared case scale now g)
                        let u = Array.map2 (Round.mul case) times u
                        let shrink = shrinks case decay lr u now

                        Array.init now.Length (fun i ->
                            let struct (θ', _) = probe (times[i], shrink[i], false)
                            (Bits.floats θ'[e.Key])[i])

                e.Key, next
        ]

    let averages =
        match Kind.find<Ema> case.Rule with
        | None -> averages
        | Some ema ->
            (averages, values)
            ||> List.fold (fun averages (name, next) ->
                if gradients.ContainsKey name then
                    averages.Add(name, averaged case ema (averages.TryFind name) next)
                else
                    averages)

    let θ' =
        Params.Of [ for i, (name, values) in List.indexed values -> struct (name, Case.tensor case i values) ]

    θ', s', averages

let private bits (θ: Params, s: State, averages: Map<string, float[]>) : Bits =
    [
        yield! Bits.parameters θ
        yield! Bits.state s
        for KeyValue(name, values) in averages -> $"{name}.ema", Bits.ofFloats values
    ]
    |> List.sortBy fst

/// A number that the policy leaves a step out for.
let private spoiled case =
    if (Kind.find<FinitePolicy> case.Rule).IsNone || case.Gradients.Length < 2 then
        case
    else
        let spoil (g: float[]) = if g.Length = 0 then g else Array.updateAt 0 nan g
        { case with Gradients = List.updateAt 1 (List.map (Option.map spoil) case.Gradients[1]) case.Gradients }

let stages =
    Make.gradient
        "stages"
        "The step of a plan is the fold of its stages' definitions, bit for bit and in whatever order they are given: \
        loss scale, finite policy, clip, schedule, cautious, cautious decay, average."
        "A stage is a definition, not a place in a chain; its kind says when it acts. \
        The norm is the optimizer's own, beside a plain sum of squares."
        (Unless.any [ Unless.whole; Unless.plan ])
        { Domain.of' Moderate with Around = drawn }
        (fun case ->
            let case = spoiled case
            let trainer = Trainer.over case.Rule (Case.start case)
            let bare = Kind.rule case.Rule
            let start = Case.start case

            let step ((t, defined, at), broken) (gradients, g: Params) =
                let named =
                    [
                        for name, g in List.zip (Case.names case) gradients do
                            match g with
                            | Some g -> name, Array.map (Round.to' case) g
                            | None -> ()
                    ]

                let at = Run.step Run.scalar case.Rule at g
                Trainer.step trainer g
                let isFinite = named |> List.forall (snd >> Array.forall Double.IsFinite)
                let isMade = isFinite || (Kind.find<FinitePolicy> case.Rule).IsNone

                let wrong, scale =
                    if isMade then scale case.Rule trainer.Optimizer.GradNorm (List.map snd named) else [], 1.0

                let defined = if isMade then define case t scale defined named g else defined
                let got = Bits.whole at |> List.sortBy fst

                (((if isMade then t + 1L else t), defined, at), broken @ wrong @ Bits.differences (bits defined) got)

            (((0L, (start, bare.Init start, Map.empty), Run.init case.Rule (Case.start case)), []),
             List.zip case.Gradients (Case.gradients case))
            ||> List.fold step
            |> snd
            |> List.truncate 6)
    |> Make.costing 2

let all = [ stages ]
