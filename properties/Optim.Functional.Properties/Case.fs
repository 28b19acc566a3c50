namespace Optim.Functional.Properties

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Storage
open Optim.Functional
open Optim.Functional.Rules

/// A rule and what it is fed with: the parameters it starts from, and each step's gradients, where None is an absent one.
[<CustomEquality; NoComparison>]
type Case =
    {
        /// A rule that is given gradients, or a plan of such.
        Rule: IRule
        /// float32 rather than float.
        Single: bool
        /// The shape of each parameter; where there is none, a vector.
        Shapes: int list list
        Start: float[] list
        Gradients: float[] option list list
    }

    override a.Equals b = Object.ReferenceEquals(a, b)
    override a.GetHashCode() = a.Start.GetHashCode()

    /// A case in float64: parameters, then for each step the gradient of each parameter.
    static member Float64(rule, start: float[] list, gradients: (float[] | null) list list) =
        { Rule = rule; Single = false; Shapes = []; Start = start; Gradients = gradients |> List.map (List.map Option.ofObj) }

    /// A case in float32.
    static member Float32(rule, start: float[] list, gradients: (float[] | null) list list) =
        let round' = Array.map (float32 >> float)
        let gradients = gradients |> List.map (List.map (Option.ofObj >> Option.map round'))
        { Case.Rule = rule; Single = true; Shapes = []; Start = List.map round' start; Gradients = gradients }

    /// The same with parameters of these shapes, row by row.
    member case.Shaped(shapes: int list list) = { case with Shapes = shapes }

[<RequireQualifiedAccess>]
module internal Case =

    /// The shape of a parameter that has so many elements: the given one but for its first dimension, or all of them in one row.
    let shape case i n =
        let given =
            match List.tryItem i case.Shapes with
            | Some shape -> shape
            | None -> if Kind.takesVectors case.Rule then [ n ] else [ n; 1 ]

        match given with
        | [] when n = 1 -> [||]
        | []
        | [ _ ] -> [| n |]
        | _ ->
            let lines = List.tail given |> List.fold (*) 1

            if lines > 0 && n % lines = 0 then
                Array.ofList (n / lines :: List.tail given)
            else
                Array.append (Array.create (given.Length - 1) 1) [| n |]

    /// The call that makes the case again.
    let code language case =
        let list, array = Code.list language, Code.numbers language case.Single
        let gradient = Option.map array >> Option.defaultValue "null"
        let kind = if case.Single then "Float32" else "Float64"
        let steps = case.Gradients |> List.map (List.map gradient >> list)
        let shapes = case.Start |> List.mapi (fun i values -> shape case i values.Length)

        let shaped =
            if shapes |> List.forall (fun shape -> shape.Length = 1) then
                ""
            else
                $".Shaped({list [ for shape in shapes -> list [ for n in shape -> string n ] ]})"

        $"Case.{kind}({Code.rule language case.Rule}, {list (List.map array case.Start)}, {list steps}){shaped}"

    let names case = [ for i in 0 .. case.Start.Length - 1 -> $"p{i}" ]

    /// The case with these parameters, in this order.
    let pick (order: int list) case =
        let some (items: 'a list) = order |> List.map (fun i -> items[i])

        { case with
            Shapes = if case.Shapes.IsEmpty then [] else some case.Shapes
            Start = some case.Start
            Gradients = List.map some case.Gradients
        }

    /// The case of its first parameter alone.
    let first case = pick [ 0 ] case

    let private dense single shape (values: float[]) : NDArray =
        if single then NDArray.Of(Array.map float32 values, shape) else NDArray.Of(Array.copy values, shape)

    /// A tensor of a parameter's shape.
    let tensor case i (values: float[]) = dense case.Single (shape case i values.Length) values

    let private sparseOf (numbers: 'T[]) (named: int[]) =
        let vector = Vector<'T>.Build.Sparse numbers.Length
        let storage = vector.Storage :?> SparseVectorStorage<'T>
        storage.Indices <- named
        storage.Values <- named |> Array.map (fun k -> numbers[k])
        storage.ValueCount <- named.Length
        vector

    /// A sparse vector that names these elements, zeros among them too.
    let sparse single named (values: float[]) : NDArray =
        if single then
            NDArray.From(sparseOf (Array.map float32 values) named)
        else
            NDArray.From(sparseOf values named)

    /// Whether the rule takes no gradients but sparse ones.
    let private isSparse case i shape =
        match Plan.Of(case.Rule).For($"p{i}", shape).Rule with
        | :? IGradientRule as rule -> rule.Sparse = SparseGradients.Only
        | _ -> false

    /// A gradient of a parameter: sparse, naming all elements, where the rule takes no other.
    let gradient case i (values: float[]) =
        if isSparse case i (shape case i values.Length) then
            sparse case.Single [| 0 .. values.Length - 1 |] values
        else
            tensor case i values

    /// Parameters before the first step, in new arrays at every call.
    let start case =
        Params.Of [ for i, name in List.indexed (names case) -> struct (name, tensor case i case.Start[i]) ]

    /// Gradients of each step, in new arrays at every call.
    let gradients case =
        [
            for step in case.Gradients ->
                Params.Of
                    [
                        for i, (name, g) in List.indexed (List.zip (names case) step) do
                            match g with
                            | Some g -> struct (name, gradient case i g)
                            | None -> ()
                    ]
        ]
