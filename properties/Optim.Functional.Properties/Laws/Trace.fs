namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// One step of one element: what a law about a formula looks at.
[<NoComparison; NoEquality>]
type internal At =
    {
        /// The parameter's own count, from 1.
        T: int
        /// The gradient as the formula gets it: after maximize and the L2 penalty.
        G: float
        θ: float
        θ': float
        /// A slot before the step.
        Slot: string -> float
        /// A slot after it.
        Slot': string -> float
    }

/// The element type's arithmetic, one rounding an operation, on float32 numbers held in float64.
[<RequireQualifiedAccess>]
module internal Round =
    let to' case (x: float) = if case.Single then float (float32 x) else x

    /// Of two float32 numbers the product is exact in float64, the sum close enough that rounding again gives the same.
    let mul case (x: float) (y: float) = to' case (x * y)

    let fma case (x: float) (y: float) (z: float) =
        if case.Single then
            float (MathF.FusedMultiplyAdd(float32 x, float32 y, float32 z))
        else
            Math.FusedMultiplyAdd(x, y, z)

    /// a + w(b - a) from the nearer end, w rounded to the element type.
    let lerp case (a: float) (b: float) (w: float) =
        let w, apart = to' case w, to' case (b - a)
        if w < 0.5 then fma case w apart a else fma case (to' case (w - 1.0)) apart b

    /// The unit of tolerances: the spacing at 1, relative. One rounding is off by half of it at most.
    let ulp case (x: float) = abs x * (if case.Single then Math.ScaleB(1.0, -23) else Math.ScaleB(1.0, -52))

/// What options mean, of any rule.
[<RequireQualifiedAccess>]
module internal Meaning =
    let decoupled (rule: IRule) = rule.Name = "AdamW" || Options.isOn "decoupled_weight_decay" rule

    /// λ of the L2 penalty.
    let penalty (rule: IRule) =
        if not (Options.has "weight_decay" rule) then (Kind.gradient rule).WeightDecay
        elif decoupled rule then 0.0
        else Options.number "weight_decay" rule

    let maximize (rule: IRule) = Options.isOn "maximize" rule || (Kind.gradient rule).Maximize

    let betas rule =
        let β = Options.get<float[]> "betas" rule
        β[0], β[1]

    let undecayed rule = Options.setIf "weight_decay" 0.0 rule

    /// Decoupled decay stays: it is no part of the gradient.
    let unpenalized rule = if decoupled rule then rule else undecayed rule

[<RequireQualifiedAccess>]
module internal Trace =

    /// More lines than these say nothing new.
    let private most = 6

    let private slots (rule: IGradientRule) case (s: ParameterState) n =
        let found = Collections.Generic.Dictionary<string, float[]>()

        for slot in Kind.slots rule do
            found[slot.Key] <- Array.create n (Round.to' case (rule.First(slot, rule.Lr)))

        for slot in s.Slots do
            found[slot.Key] <- Bits.floats slot.Value

        fun name ->
            match found.TryGetValue name with
            | true, values -> values
            | _ -> invalidOp $"{rule.Name} has no slot {name}."

    /// The first elements of each parameter, where many steps make them dear.
    let few n case =
        { case with
            Start = case.Start |> List.map (Array.truncate n)
            Gradients = case.Gradients |> List.map (List.map (Option.map (Array.truncate n)))
        }

    /// The steps of each element, under its name.
    let paths case =
        let rule, path = Kind.gradient case.Rule, List.pairwise (Run.path Run.scalar case)
        let sign, λ = (if Meaning.maximize rule then -1.0 else 1.0), Round.to' case (Meaning.penalty rule)

        [
            for i, name in List.indexed (Case.names case) do
                let n = case.Start[i].Length

                let steps =
                    [
                        for gradients, ((θ, s), (θ', s')) in List.zip case.Gradients path do
                            match gradients[i] with
                            | Some g ->
                                let g = Array.map (Round.to' case) g
                                Bits.floats θ[name], slots rule case s[i] n, g, Bits.floats θ'[name], slots rule case s'[i] n
                            | None -> ()
                    ]

                for k in 0 .. n - 1 ->
                    $"{name}[{k}]",
                    steps
                    |> List.mapi (fun t (θ, slot, g, θ', slot') ->
                        {
                            T = t + 1
                            G = if λ = 0.0 then sign * g[k] else Round.fma case λ θ[k] (sign * g[k])
                            θ = θ[k]
                            θ' = θ'[k]
                            Slot = fun name -> (slot name)[k]
                            Slot' = fun name -> (slot' name)[k]
                        })
        ]

    /// What is wrong with an element's path, each with its step.
    let each (violations: At list -> (int * string) list) case =
        [
            for name, path in paths case do
                for t, line in violations path -> $"{name}, step {t}: {line}"
        ]
        |> List.truncate most

    /// The same, of each step by itself.
    let steps (violations: At -> string list) = each (List.collect (fun at -> [ for line in violations at -> at.T, line ]))

    /// A path up to where it meets a number that is not finite: what comes later is not the law's matter.
    let finite path = path |> List.takeWhile (fun at -> Double.IsFinite at.θ && Double.IsFinite at.G)

    /// Of finite steps, with what is remembered from one to the next.
    let fold remembered (violations: 'm -> At -> string list * 'm) =
        let step m at =
            let lines, m = violations m at
            [ for line in lines -> at.T, line ], m

        each (finite >> List.mapFold step remembered >> fst >> List.concat)

    /// Of finite steps only.
    let finiteSteps violations = fold () (fun () at -> violations at, ())

    /// A violation unless the number is as wanted, but for the sign of zero.
    let equal name (wanted: float) (got: float) =
        if wanted = got || Double.IsNaN wanted && Double.IsNaN got then
            []
        else
            [ $"{name}: wanted {wanted:R}, got {got:R}" ]

    let near name tolerance (wanted: float) (got: float) =
        if abs (got - wanted) <= tolerance then
            []
        else
            [ $"{name}: wanted {wanted:R} within {tolerance:G2}, got {got:R}" ]

    let atMost name (bound: float) (got: float) =
        if got <= bound then [] else [ $"{name}: wanted at most {bound:R}, got {got:R}" ]

/// Geometric sums, on which the moments' weights, bounds and errors rest.
[<RequireQualifiedAccess>]
module internal Geometric =

    /// 1 + q + ... + q^(t-1), which is (1 - q^t)/(1 - q) without its cancellation; all terms are positive, so t/2 ulps at most.
    let sum t q =
        let mutable s = 1.0

        for _ in 2..t do
            s <- 1.0 + q * s

        s

    /// A function of t, computed once for each t up to n.
    let upTo n (f: int -> float) =
        let all = [| for t in 1..n -> f t |]
        fun t -> all[t - 1]

    /// a/b where nothing over nothing is nothing.
    let ratio a b = if a = 0.0 then 0.0 else a / b

    /// Ulps between a running average with decay β, however its terms are put, and the exact one, relative to that of |x|.
    /// A step rounds three times at most, and errors decay with the average:
    /// so errors of 1 + β + ... + β^(t-1) steps are alive. β itself, rounded, counts as another rounding a step,
    /// and the law's own reference as one more: (3 + 1) N / 2 ulps, and a few for constants and products.
    let averageUlps t β = 2.0 * sum t β + 4.0
