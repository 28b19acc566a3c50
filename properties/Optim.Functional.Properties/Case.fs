namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// A rule and what it is fed with: the parameters it starts from, and each step's gradients, where None is an absent one.
[<CustomEquality; NoComparison>]
type Case =
    {
        Rule: IElementwiseRule
        /// float32 rather than float.
        Single: bool
        Start: float[] list
        Gradients: float[] option list list
    }

    override a.Equals b = Object.ReferenceEquals(a, b)
    override a.GetHashCode() = a.Start.GetHashCode()

    /// A case in float64: parameters, then for each step the gradient of each parameter.
    static member Float64(rule, start: float[] list, gradients: (float[] | null) list list) =
        { Rule = rule; Single = false; Start = start; Gradients = gradients |> List.map (List.map Option.ofObj) }

    /// A case in float32.
    static member Float32(rule, start: float[] list, gradients: (float[] | null) list list) =
        let round' = Array.map (float32 >> float)
        let gradients = gradients |> List.map (List.map (Option.ofObj >> Option.map round'))
        { Case.Rule = rule; Single = true; Start = List.map round' start; Gradients = gradients }

[<RequireQualifiedAccess>]
module internal Case =

    /// The call that makes the case again.
    let code language case =
        let list, array = Code.list language, Code.numbers language case.Single
        let gradient = Option.map array >> Option.defaultValue "null"
        let kind = if case.Single then "Float32" else "Float64"
        let steps = case.Gradients |> List.map (List.map gradient >> list)
        $"Case.{kind}({Code.rule language case.Rule}, {list (List.map array case.Start)}, {list steps})"

    let names case = [ for i in 0 .. case.Start.Length - 1 -> $"p{i}" ]

    let tensor case (values: float[]) =
        if case.Single then NDArray.From(Array.map float32 values) else NDArray.From(Array.copy values)

    /// Parameters before the first step, in new arrays at every call.
    let start case =
        Params.Of [ for name, values in List.zip (names case) case.Start -> struct (name, tensor case values) ]

    /// Gradients of each step, in new arrays at every call.
    let gradients case =
        [
            for step in case.Gradients ->
                Params.Of
                    [
                        for name, g in List.zip (names case) step do
                            match g with
                            | Some g -> struct (name, tensor case g)
                            | None -> ()
                    ]
        ]
