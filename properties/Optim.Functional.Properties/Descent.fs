namespace Optim.Functional.Properties

open System
open FsCheck
open FsCheck.FSharp
open Optim.Functional
open Optim.Functional.Rules

/// A rule that asks for the loss, and what it minimises: f(θ) = ½ θ'(diag D + UU')θ - B'θ, all parameters one after another, D > 0.
/// Where the rule maximizes, -f.
[<RequireQualifiedAccess; ReferenceEquality>]
type Descent =
    {
        Rule: IClosureRule
        /// float32 rather than float. The objective itself is computed in float.
        Single: bool
        Start: float[] list
        /// Curvature along each axis.
        D: float[]
        /// One more direction of curvature, across the axes.
        U: float[]
        /// The gradient at zero, with the other sign.
        B: float[]
        /// How many times step is called.
        Steps: int
    }

    /// A descent in float64.
    static member Float64(rule, start: float[] list, d, u, b, steps) =
        { Descent.Rule = rule; Single = false; Start = start; D = d; U = u; B = b; Steps = steps }

    /// A descent in float32.
    static member Float32(rule, start: float[] list, d, u, b, steps) = { Descent.Float64(rule, start, d, u, b, steps) with Single = true }

/// What such a rule asks: loss and gradients at given parameters.
type internal Objective = Params -> struct (float * Params)

[<RequireQualifiedAccess>]
module internal Descent =

    let set name (value: obj | null) (descent: Descent) = { descent with Descent.Rule = Options.set name value descent.Rule }

    /// The same, with the strong Wolfe line search.
    let searching (descent: Descent) = set "line_search_fn" "strong_wolfe" descent

    let dot (x: float[]) (y: float[]) = Array.fold2 (fun sum x y -> sum + x * y) 0.0 x y

    /// f and its gradient.
    let quadratic (descent: Descent) (θ: float[]) =
        let uθ = dot descent.U θ
        let g = Array.init θ.Length (fun i -> descent.D[i] * θ[i] + descent.U[i] * uθ - descent.B[i])
        let loss = Array.init θ.Length (fun i -> θ[i] * (0.5 * descent.D[i] * θ[i] - descent.B[i])) |> Array.sum
        loss + 0.5 * uθ * uθ, g

    /// The numbers of all tensors, one after another.
    let flat (θ: Params) = [| for entry in θ.Entries -> Bits.floats entry.Value |] |> Array.concat

    /// Named tensors of the given lengths over these numbers.
    let split (descent: Descent) (named: (string * int) list) (values: float[]) =
        (0, named)
        ||> List.mapFold (fun at (name, n) ->
            let part = values[at .. at + n - 1]
            let tensor = if descent.Single then NDArray.From(Array.map float32 part) else NDArray.From part
            struct (name, tensor), at + n)
        |> fun (parts, _) -> Params.Of parts

    let private shape (θ: Params) = [ for entry in θ.Entries -> entry.Key, int entry.Value.Length ]

    /// ±f, of parameters that are cut and named in any way.
    let objectiveTimes sign (descent: Descent) : Objective =
        fun θ ->
            let loss, g = quadratic descent (flat θ)
            struct (sign * loss, split descent (shape θ) (Array.map ((*) sign) g))

    /// 1 where the rule minimizes, -1 where it maximizes.
    let sign (descent: Descent) = if Options.isOn "maximize" descent.Rule then -1.0 else 1.0

    let objective (descent: Descent) = objectiveTimes (sign descent) descent

    /// Parameters before the first step, in new arrays at every call.
    let start (descent: Descent) =
        let named = descent.Start |> List.mapi (fun i values -> $"p{i}", values.Length)
        split descent named (Array.concat descent.Start)

    let private draw rule (random: Random) =
        let single = random.Next 2 = 0

        let length () =
            match random.Next 8 with
            | 0 -> 0
            | 1
            | 2 -> 1
            | 3 -> random.Next(8, 24)
            | _ -> random.Next(2, 6)

        // Small ones too, whose curvature y·s falls to where pairs are left out.
        let size = [| 1.0; 1.0; 1e-3; 1e-5 |][random.Next 4]
        let round x = if single then float (float32 x) else x
        let numbers n = Array.init n (fun _ -> round (size * Numbers.draw random Moderate single))
        let start = List.init (random.Next(1, 4)) (fun _ -> numbers (length ()))
        let n = List.sumBy Array.length start
        let least, decades = Math.Pow(10.0, float (random.Next(-1, 2))), [| 0.0; 1.0; 4.0 |][random.Next 3]

        {
            Descent.Rule = rule
            Descent.Single = single
            Descent.Start = start
            Descent.D = Array.init n (fun _ -> least * Math.Pow(10.0, decades * random.NextDouble()))
            Descent.U = if random.Next 2 = 0 then Array.zeroCreate n else numbers n |> Array.map (fun x -> x / size / 4.0)
            Descent.B = numbers n
            Descent.Steps = random.Next(1, 7)
        }

    /// The descent on these elements of each parameter, numbered over all.
    let keep (parts: int[] list) (descent: Descent) =
        let pick (values: float[]) = Array.map (fun k -> values[k])
        let all, kept = Array.concat descent.Start, Array.concat parts

        { descent with
            Descent.Start = List.map (pick all) parts
            D = pick descent.D kept
            U = pick descent.U kept
            B = pick descent.B kept
        }

    /// The elements of each parameter, numbered over all.
    let parts (descent: Descent) =
        (0, descent.Start) ||> List.mapFold (fun at values -> [| at .. at + values.Length - 1 |], at + values.Length) |> fst

    /// The array with one number rounder, in turn.
    let private rounder (values: float[]) =
        seq {
            for k in 0 .. values.Length - 1 do
                for x in Numbers.rounder values[k] -> Array.updateAt k x values
        }

    /// Fewer steps, parameters and elements; then the subject's own options; then rounder numbers.
    let private simpler subject (descent: Descent) =
        let parts = parts descent

        seq {
            for steps in List.distinct [ 1; descent.Steps / 2; descent.Steps - 1 ] do
                if steps > 0 && steps < descent.Steps then
                    { descent with Descent.Steps = steps }

            for i in 0 .. parts.Length - 1 do
                if parts.Length > 1 then
                    keep (List.removeAt i parts) descent

                for kept in Numbers.cuts parts[i].Length do
                    keep (List.updateAt i (kept |> Array.map (fun k -> parts[i][k])) parts) descent

            for rule in Subject.plainer subject descent.Rule do
                { descent with Descent.Rule = rule }

            if descent.Single then
                { descent with Descent.Single = false }

            if Array.exists ((<>) 0.0) descent.U then
                { descent with Descent.U = Array.map (fun _ -> 0.0) descent.U }

            for D in rounder descent.D do
                if Array.forall (fun x -> x > 0.0) D then
                    { descent with Descent.D = D }

            for B in rounder descent.B do
                { descent with Descent.B = B }

            for U in rounder descent.U do
                { descent with Descent.U = U }

            for i in 0 .. parts.Length - 1 do
                for values in rounder descent.Start[i] do
                    { descent with Descent.Start = List.updateAt i values descent.Start }
        }

    let arbitrary (subject: Subject) =
        gen {
            let! rule = subject.Rules
            let! seed = Gen.choose (0, Int32.MaxValue - 1)
            return draw (rule :?> IClosureRule) (Random seed)
        }
        |> fun descents -> Arb.fromGenShrink (descents, simpler subject)

    /// The call that makes the descent again.
    let code language (descent: Descent) =
        let array = Code.array language
        let kind = if descent.Single then "Float32" else "Float64"
        let start = descent.Start |> List.map array |> Code.list language

        $"Descent.{kind}({Code.rule language descent.Rule}, {start}, {array descent.D}, {array descent.U}, \
        {array descent.B}, {descent.Steps})"
