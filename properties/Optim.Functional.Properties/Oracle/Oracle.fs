namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// Runs the library beside the reference. Each step of the reference starts from the library's own state, so that errors do not add up.
[<RequireQualifiedAccess>]
module internal Oracle =

    /// What the reference says of an element and of the scalars, given the state before.
    let private expected (rule: IElementwiseRule) (formula: Formula) single (θ: float[]) (g: float[]) (before: ParameterState) t =
        let start = dict (formula.Start rule)
        // A state from the start (Adagrad) is compared with the reference's too: its first step does not begin with what is stored.
        let isFirst = not before.Exists || rule.EagerState && t = 1L

        let slots =
            if isFirst then Map.empty else Map [ for slot in before.Slots -> slot.Key, Bits.floats slot.Value ]

        let scalars = if isFirst then Map.empty else Map [ for s in before.Scalars -> s.Key, s.Value ]

        let situation i : Situation =
            {
                t = Rounded.host (float t)
                θ = Rounded.lane single θ[i]
                g = Rounded.lane single g[i]
                Fresh = rule.Slots |> Seq.exists (fun slot -> not (slots.ContainsKey slot.Key))
                Of =
                    fun key ->
                        match slots.TryFind key, scalars.TryFind key, start.TryGetValue key with
                        | Some slot, _, _ -> Rounded.lane single slot[i]
                        | _, Some scalar, _ -> Rounded.host scalar
                        | _, _, (true, value) -> value
                        | _ -> Rounded.host 0.0
            }

        Array.init θ.Length (situation >> formula.Step rule)

    let private compareStep (rule: IElementwiseRule) (formula: Formula) single n (θ: Params, s: State) (g: float[]) =
        let struct (θ', s') = rule.Step(θ, Comparison.bare (Comparison.tensor single g), s, 1.0, Run.scalar)
        let before, after = s[0], s'[0]
        let t = before.Step + 1L

        let wanted =
            expected rule formula single (Bits.floats θ[0]) (Bits.floats (Comparison.tensor single g)) before t

        let compare name wanted got = { Where = $"step {n}: {name}"; Wanted = wanted; Got = got; K = formula.K }
        let start, values = Bits.floats θ[0], Bits.floats θ'[0]
        let asked last wanted = if Options.isOurs rule then wanted else Rounded.loosened last wanted

        let last key (i: int) =
            match before.Slots.TryGetValue key with
            | true, slot -> (Bits.floats slot)[i]
            | _ -> 0.0

        /// A number under a key; where there is none, one that is not what it may be.
        let entry key wanted (found: bool) got =
            if found then compare key wanted (got ()) else compare $"{key} (absent)" (Rounded.host 0.0) nan

        [
            if rule.CountsSteps then
                compare "step" (Rounded.host (float t)) (float after.Step)
            for i, element in Array.indexed wanted do
                compare $"θ[{i}]" (asked start[i] element.Θ) values[i]

                for key, value in element.Slots do
                    entry $"{key}[{i}]" (asked (last key i) (Rounded.toLane single value)) (after.Slots.ContainsKey key) (fun () ->
                        (Bits.floats after.Slots[key])[i])
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
            let θ = Comparison.bare (Comparison.tensor single θ)

            List.mapFold
                (fun at (n, g) -> compareStep rule formula single n at g)
                (θ, rule.Init θ)
                (List.indexed steps |> List.map (fun (i, g) -> i + 1, g))
            |> fst
            |> List.concat

    /// Where the library is further from the reference than it may be, in words; none where it holds.
    let violations rule single θ steps = Comparison.violations (comparisons rule single θ steps)

    /// The same of L-BFGS, held to one iteration without a line search, on a function that gives the loss and its gradient.
    let lbfgsViolations rule single f θ steps = Comparison.violations (LbfgsOracle.comparisons rule single f θ steps)
