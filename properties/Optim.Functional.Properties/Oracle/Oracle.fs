namespace Optim.Functional.Properties

open System
open MathNet.Numerics.LinearAlgebra
open Optim.Functional
open Optim.Functional.Rules

/// Runs the library beside the reference. Each step of the reference starts from the library's own state, so that errors do not add up.
[<RequireQualifiedAccess>]
module internal Oracle =

    /// What the reference says of an element and of the scalars, given the state before.
    let private expected
        (rule: IGradientRule)
        (formula: Formula)
        single
        (θ: float[])
        (g: float[])
        (before: ParameterState)
        (shared: string -> float option)
        (learned: string -> float option)
        t
        =
        let start = dict (formula.Start rule)
        let atθ = Kind.slots rule |> Seq.filter _.StartsAtParameter |> Seq.map _.Key |> Set.ofSeq
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
                Fresh = Kind.slots rule |> Seq.exists (fun slot -> not (slots.ContainsKey slot.Key))
                Of =
                    fun key ->
                        match slots.TryFind key, scalars.TryFind key, start.TryGetValue key with
                        | Some slot, _, _ -> Rounded.lane single slot[i]
                        | _, Some scalar, _ -> Rounded.host scalar
                        | _, _, (true, value) -> value
                        | _ when atθ.Contains key -> Rounded.lane single θ[i]
                        | _ -> shared key |> Option.defaultValue 0.0 |> Rounded.host
                Learned = fun key -> learned key |> Option.defaultValue nan |> Rounded.host
            }

        Array.init θ.Length (situation >> formula.Step rule)

    /// What there is before the first step.
    let private compareStart (rule: IGradientRule) shared isEager (s: State) =
        let compare name wanted got =
            { Where = $"before the first step: {name}"; Wanted = Rounded.host wanted; Got = got; K = 1.0 }

        let one isTrue = if isTrue then 1.0 else 0.0

        [
            if Options.isOurs rule then
                compare "whether there is a state" (one isEager) (one s[0].Exists)

            for key, value in shared do
                match s.SharedScalars.TryGetValue key with
                | true, got -> compare key value got
                | _ -> compare $"{key} (absent)" value nan
        ]

    let private compareStep (rule: IGradientRule) (formula: Formula) single n (θ: Params, s: State) (g: float[]) =
        let gradient =
            if rule.Sparse = SparseGradients.Only then
                Case.sparse single [| 0 .. g.Length - 1 |] g
            else
                Comparison.tensor single g

        let struct (θ', s') = rule.Step(θ, Comparison.bare gradient, s, 1.0, Run.scalar)

        let among (scalars: Collections.Generic.IReadOnlyDictionary<string, float>) key =
            match scalars.TryGetValue key with
            | true, value -> Some value
            | _ -> None

        let sharedAfter = among s'.SharedScalars
        let before, after = s[0], s'[0]
        let t = before.Step + 1L

        let wanted =
            expected
                rule
                formula
                single
                (Bits.floats θ[0])
                (Bits.floats (Comparison.tensor single g))
                before
                (among s.SharedScalars)
                sharedAfter
                t

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
            if formula.Counts || Options.isOurs rule then
                compare "step" (Rounded.host (if formula.Counts then float t else 0.0)) (float after.Step)
            for i, element in Array.indexed wanted do
                compare $"θ[{i}]" (asked start[i] element.Θ) values[i]

                for key, value in element.Slots do
                    entry $"{key}[{i}]" (asked (last key i) (Rounded.toLane single value)) (after.Slots.ContainsKey key) (fun () ->
                        (Bits.floats after.Slots[key])[i])
            for element in Array.truncate 1 wanted do
                for key, value in element.Shared do
                    entry key value (sharedAfter key).IsSome (fun () -> (sharedAfter key).Value)

                for key, value in element.Scalars do
                    entry key value (after.Scalars.ContainsKey key) (fun () -> after.Scalars[key])

                compare "number of slots" (Rounded.host (float element.Slots.Length)) (float after.Slots.Count)
        ],
        (θ', s')

    /// Every number of every step beside the reference's.
    let comparisons (rule: IGradientRule) single (θ: float[]) (steps: float[] list) =
        match Formulas.tryFind rule.Name with
        | None -> invalidArg (nameof rule) $"There is no reference for {rule.Name}."
        | Some formula ->
            let θ = Comparison.bare (Comparison.tensor single θ)
            let start = rule.Init θ

            List.mapFold
                (fun at (n, g) -> compareStep rule formula single n at g)
                (θ, start)
                (List.indexed steps |> List.map (fun (i, g) -> i + 1, g))
            |> fst
            |> List.concat
            |> List.append (compareStart rule (formula.Shared rule) formula.Eager start)

    /// The numbers row by row.
    let private rows (tensor: NDArray) =
        match tensor with
        | :? NDArray<float32> as t -> Array.map float (t.ToArray())
        | t -> t.As<float>().ToArray()

    /// A tensor of these rows; a matrix also as MathNet stores it, column by column.
    let private stored single columnMajor (shape: int list) (values: float[]) : NDArray =
        match shape with
        | [ height; width ] when columnMajor ->
            if single then
                NDArray.From(Matrix<float32>.Build.Dense(height, width, (fun i j -> float32 values[i * width + j])))
            else
                NDArray.From(Matrix<float>.Build.Dense(height, width, (fun i j -> values[i * width + j])))
        | _ when single -> NDArray.Of(Array.map float32 values, Array.ofList shape)
        | _ -> NDArray.Of(Array.copy values, Array.ofList shape)

    let private compareWhole (rule: IGradientRule) (formula: WholeFormula) single columnMajor shape n (θ: Params, s: State) (g: float[]) =
        let struct (θ', s') =
            rule.Step(θ, Comparison.bare (stored single columnMajor shape g), s, 1.0, Run.scalar)

        let before, after = s[0], s'[0]
        let lane = Array.map (Rounded.lane single)

        let specs = rule.SlotsOf(Array.ofList shape)

        let wanted =
            formula.Step
                rule
                {
                    t = Rounded.host (float (before.Step + 1L))
                    Shape = shape
                    IsSingle = single
                    θ = lane (rows θ[0])
                    g = lane (rows (stored single columnMajor shape g))
                    Of =
                        fun key ->
                            match before.Slots.TryGetValue key with
                            | true, slot -> lane (rows slot)
                            | _ -> lane (Array.zeroCreate (rows after.Slots[key]).Length)
                    Fresh = specs |> Seq.exists (fun slot -> not (before.Slots.ContainsKey slot.Key))
                    Found = fun key -> lane (rows after.Slots[key])
                    Shared = fun key -> Rounded.host s.SharedScalars[key]
                }

        let compare name wanted got = { Where = $"step {n}: {name}"; Wanted = wanted; Got = got; K = formula.K }

        let each name (wanted: Rounded[]) (got: float[]) =
            if wanted.Length <> got.Length then
                [ compare $"length of {name}" (Rounded.host (float wanted.Length)) (float got.Length) ]
            else
                [ for i in 0 .. got.Length - 1 -> compare $"{name}[{i}]" (Rounded.toLane single wanted[i]) got[i] ]

        [
            if formula.Counts || Options.isOurs rule then
                compare "step" (Rounded.host (if formula.Counts then float (before.Step + 1L) else 0.0)) (float after.Step)
            yield! each "θ" wanted.Θ (rows θ'[0])
            compare "number of slots" (Rounded.host (float wanted.Slots.Length)) (float after.Slots.Count)
            compare "number of kinds of slots" (Rounded.host (float wanted.Slots.Length)) (float specs.Count)
            for key, values in wanted.Slots do
                match after.Slots.TryGetValue key with
                | true, slot -> yield! each key values (rows slot)
                | _ -> compare $"{key} (absent)" (Rounded.host 0.0) nan
            for key, value in wanted.Shared do
                match s'.SharedScalars.TryGetValue key with
                | true, got -> compare key value got
                | _ -> compare $"{key} (absent)" (Rounded.host 0.0) nan
        ],
        (θ', s')

    /// The same of a rule that looks at whole parameters, of this shape, given row by row.
    let wholeComparisons (rule: IGradientRule) single columnMajor (shape: int list) (θ: float[]) (steps: float[] list) =
        match WhitenedFormulas.tryFind rule.Name with
        | None -> invalidArg (nameof rule) $"There is no reference for {rule.Name}."
        | Some formula ->
            let θ = Comparison.bare (stored single columnMajor shape θ)
            let start = rule.Init θ

            List.mapFold
                (fun at (n, g) -> compareWhole rule formula single columnMajor shape n at g)
                (θ, start)
                (List.indexed steps |> List.map (fun (i, g) -> i + 1, g))
            |> fst
            |> List.concat
            |> List.append (compareStart rule formula.Shared false start)

    let wholeViolations rule single columnMajor shape θ steps =
        Comparison.violations (wholeComparisons rule single columnMajor shape θ steps)

    /// Where the library is further from the reference than it may be, in words; none where it holds.
    let violations rule single θ steps = Comparison.violations (comparisons rule single θ steps)

    /// The same of L-BFGS, held to one iteration without a line search, on a function that gives the loss and its gradient.
    let lbfgsViolations rule single f θ steps = Comparison.violations (LbfgsOracle.comparisons rule single f θ steps)
