namespace Optim.Functional.Properties

open System
open Optim.Functional

/// One number of the library beside the reference's.
type internal Comparison =
    {
        Where: string
        Wanted: Rounded
        Got: float
        /// How many times the reference's bound it may be off.
        K: float
    }

    /// |got - wanted| in units of the bound.
    member c.Ratio = Rounded.ratio c.Wanted c.Got

    override c.ToString() =
        $"{c.Where}: wanted {c.Wanted.Value.Hi:R} ± {c.K * c.Wanted.Error:G3}, got {c.Got:R}"

/// Runs the library beside the reference. Each step of the reference starts from the library's own state, so that errors do not add up.
[<RequireQualifiedAccess>]
module internal Oracle =

    /// Lines of a report, at most.
    let private most = 10
    let private scalar = Execution(LaneBits = 0, Threads = 1)

    let tensor single (x: float[]) = if single then Tensor.From(Array.map float32 x) else Tensor.From x

    let numbers (x: Tensor) =
        match x with
        | :? Tensor<float32> as x -> Array.map float x.Data
        | x -> x.As<float>().Data

    let private one (x: Tensor) = Params.Of([ struct ("θ", x) ])

    /// What the reference says of an element and of the scalars, given the state before.
    let private expected (rule: IElementwiseRule) (formula: Formula) options single (θ: float[]) (g: float[]) (before: ParameterState) t =
        let start = dict (formula.Start options)
        // A state from the start (Adagrad) is compared with the reference's too: its first step does not begin with what is stored.
        let isFirst = not before.Exists || rule.EagerState && t = 1L

        let slots =
            if isFirst then Map.empty else Map [ for slot in before.Slots -> slot.Key, numbers slot.Value ]

        let scalars = if isFirst then Map.empty else Map [ for s in before.Scalars -> s.Key, s.Value ]

        let situation i : Situation =
            {
                t = Rounded.host (float t)
                θ = Rounded.lane single θ[i]
                g = Rounded.lane single g[i]
                Fresh = rule.Slots |> Seq.exists (slots.ContainsKey >> not)
                Of =
                    fun key ->
                        match slots.TryFind key, scalars.TryFind key, start.TryGetValue key with
                        | Some slot, _, _ -> Rounded.lane single slot[i]
                        | _, Some scalar, _ -> Rounded.host scalar
                        | _, _, (true, value) -> value
                        | _ -> Rounded.host 0.0
            }

        Array.init θ.Length (situation >> formula.Step options)

    let private compareStep (rule: IElementwiseRule) (formula: Formula) options single n (θ: Params, s: State) (g: float[]) =
        let struct (θ', s') = rule.Step(θ, one (tensor single g), s, 1.0, scalar)
        let before, after = s[0], s'[0]
        let t = before.Step + 1L
        let wanted = expected rule formula options single (numbers θ[0]) (numbers (tensor single g)) before t
        let compare name wanted got = { Where = $"step {n}: {name}"; Wanted = wanted; Got = got; K = formula.K }
        let values = numbers θ'[0]

        /// A number under a key; where there is none, one that is not what it may be.
        let entry key wanted (found: bool) got =
            if found then compare key wanted (got ()) else compare $"{key} (absent)" (Rounded.host 0.0) nan

        [
            if rule.CountsSteps then
                compare "step" (Rounded.host (float t)) (float after.Step)
            for i, element in Array.indexed wanted do
                compare $"θ[{i}]" element.Θ values[i]

                for key, value in element.Slots do
                    entry $"{key}[{i}]" (Rounded.toLane single value) (after.Slots.ContainsKey key) (fun () -> (numbers after.Slots[key])[i])
            for element in Array.truncate 1 wanted do
                for key, value in element.Scalars do
                    entry key value (after.Scalars.ContainsKey key) (fun () -> after.Scalars[key])

                compare "number of slots" (Rounded.host (float element.Slots.Length)) (float after.Slots.Count)
        ],
        (θ', s')

    /// Every number of every step beside the reference's.
    let comparisons (rule: IElementwiseRule) single (θ: float[]) (steps: float[] list) =
        match Formulas.tryFind rule.Name with
        | None -> invalidArg (nameof rule) $"There is no reference for {rule.Name}."
        | Some formula ->
            let options = Options(rule.Name, RuleInfo.Of(rule.GetType()).Read rule)
            let θ = one (tensor single θ)

            List.mapFold
                (fun at (n, g) -> compareStep rule formula options single n at g)
                (θ, rule.Init θ)
                (List.indexed steps |> List.map (fun (i, g) -> i + 1, g))
            |> fst
            |> List.concat

    let off (comparisons: Comparison list) =
        comparisons |> List.filter (fun c -> not (c.Ratio <= c.K)) |> List.map string |> List.truncate most

    let worst comparisons =
        (0.0, comparisons) ||> List.fold (fun worst (c: Comparison) -> max worst (c.Ratio / c.K))

    /// Where the library is further from the reference than it may be, in words; none where it holds.
    let violations rule single θ steps = off (comparisons rule single θ steps)
