/// How parameters are cut, ordered, named and grouped does not show in their numbers.
module internal Optim.Functional.Properties.Structure

open System
open MathNet.Numerics.LinearAlgebra
open Optim.Functional
open Optim.Functional.Rules

/// The bits of a split case, each parameter put together again from its two parts.
let private joined names (θ: Params, s: State) : Bits =
    let slots (i: int) =
        Bits.entry "" s[i] |> List.partition (fun (key, _) -> key = ".step" || s[i].Scalars.ContainsKey(key.Substring 1))

    [
        for i, name in List.indexed names do
            yield name, Array.append (Bits.tensor θ[2 * i]) (Bits.tensor θ[2 * i + 1])
        for i, name in List.indexed names do
            let (counts, left), (counts', right) = slots (2 * i), slots (2 * i + 1)

            if counts <> counts' then
                yield name + ": step or scalars differ between its parts", [||]

            for key, values in counts -> name + key, values
            for (key, a), (_, b) in List.zip left right -> name + key, Array.append a b
        yield! Bits.shared s
    ]

/// Few enough to try them all, in a long array too.
let private cuts longest =
    if longest <= 24 then
        [ 0..longest ]
    else
        List.distinct [ 0; 1; 2; 7; 8; 15; 16; 17; longest / 2; longest - 1; longest ]

let split =
    Make.elementwise
        "split"
        "A tensor cut in two anywhere gives the bits of the whole one; so do tensors that are put together."
        "An elementwise rule looks at one element at a time (the definition)."
        Unless.model
        Domain.any
        (fun case ->
            let sorted = Bits.whole >> List.sortBy fst
            let wanted = sorted (Run.pure' Run.scalar case)

            cuts (case.Start |> List.map Array.length |> List.max)
            |> List.collect (fun k ->
                let halves (values: float[]) = [ Array.truncate k values; Array.skip (min k values.Length) values ]

                let parts =
                    { case with
                        Start = List.collect halves case.Start
                        Gradients =
                            case.Gradients
                            |> List.map (
                                List.collect (function
                                    | Some g -> halves g |> List.map Some
                                    | None -> [ None; None ])
                            )
                    }

                Bits.differences wanted (Run.pure' Run.scalar parts |> joined (Case.names case) |> List.sortBy fst)
                |> List.map (fun line -> $"cut at {k}: {line}")))

/// The result with the parameters in another order, under the names they have in the first.
let private reordered order case =
    let θ, s = Run.pure' Run.scalar (Case.pick order case)

    [
        for i, name in List.indexed (Case.names case) do
            let place = List.findIndex ((=) i) order
            yield name, Bits.tensor θ[place]
        for i, name in List.indexed (Case.names case) do
            yield! Bits.entry name s[List.findIndex ((=) i) order]
        yield! Bits.shared s
    ]

let order =
    Make.gradient
        "order"
        "Parameters in another order have the same bits, in that order."
        "No parameter's step looks at another parameter."
        (Unless.any [ Unless.model; Unless.clipped; Unless.named ])
        Domain.any
        (fun case ->
            let n = case.Start.Length
            let wanted = Run.bits Run.scalar case

            [ List.rev [ 0 .. n - 1 ]; List.init n (fun i -> (i + 1) % n) ]
            |> List.collect (fun order -> Bits.differences wanted (reordered order case) |> List.map (fun line -> $"order {order}: {line}")))

let names =
    Make.gradient
        "names"
        "Parameters under other names have the same bits."
        "A name finds a parameter; it is no number."
        Unless.named
        Domain.any
        (fun case ->
            let renamed (θ: Params) = Params.Of [ for e in θ.Entries -> struct ("layers." + e.Key + "/", e.Value) ]

            let other =
                (Run.init case.Rule (renamed (Case.start case)), Case.gradients case)
                ||> List.fold (fun at g -> Run.step Run.scalar case.Rule at (renamed g))

            let wanted = Run.bits Run.scalar case
            Bits.differences wanted (List.map2 (fun (name, _) (_, values) -> name, values) wanted (Bits.whole other)))

/// The bits after all steps, where each optimizer drives the parameters beside it.
let private driven (optimizers: Parameter list -> (Parameter list * Optimizer) list) case =
    let parameters = Trainer.parameters (Case.start case)
    let optimizers = optimizers parameters

    for g in Case.gradients case do
        Trainer.setGradients parameters g

        for _, optimizer in optimizers do
            optimizer.Step()

    [
        for members, optimizer in optimizers do
            for p in members do
                yield string p.Name, Bits.tensor p.Value
                yield! Bits.entry (string p.Name) (optimizer.State p)
    ]
    |> List.sortBy fst

let private optimizer (rule: IRule) (groups: ParamGroup list) = Optimizer(groups, rule, Execution = Run.scalar)
let private filled parts = List.filter (not << List.isEmpty) parts

let groups =
    Make.gradient
        "groups"
        "Parameters moved to a group with the same options have the same bits."
        "A group is no more than its options."
        (Unless.any [ Unless.model; Unless.clipped ])
        Domain.any
        (fun case ->
            let inGroups parts case =
                case |> driven (fun all -> [ all, optimizer case.Rule (filled (parts all) |> List.map ParamGroup) ])

            let wanted = inGroups List.singleton case

            [
                "one by one", List.map List.singleton
                "first and others", (fun all -> [ List.take 1 all; List.skip 1 all ])
                "last and others", (fun all -> List.splitAt (all.Length - 1) all |> fun (others, last) -> [ last; others ])
            ]
            |> List.collect (fun (label, parts) -> Bits.differences wanted (inGroups parts case) |> List.map (fun line -> $"{label}: {line}")))

let groupOptions =
    Make.gradient
        "group options"
        "A group with an option of its own steps as an optimizer of its own with that option."
        "torch.optim: per-parameter options. Left out: options that only say how state begins, which torch takes from the optimizer (Adagrad)."
        (Unless.any
            [
                fun rule -> if (Options.info rule).Options.Count = 0 then Some "it has no options" else None
                fun rule -> if Kind.isModel rule then Some "it measures all groups together" else None
                Unless.gathered
                Unless.parted
            ])
        Domain.any
        (fun case ->
            Options.neighbours case.Rule
            |> List.filter (fun (name, _, _) -> not ((Kind.gradient case.Rule).EagerState && name = "initial_accumulator_value"))
            |> List.collect (fun (name, value, changed) ->
                let own (members: Parameter list) =
                    let group = ParamGroup members
                    group[name] <- value
                    group

                let together =
                    case
                    |> driven (fun all -> [ all, optimizer case.Rule (ParamGroup [ all.Head ] :: (filled [ all.Tail ] |> List.map own)) ])

                let apart =
                    case
                    |> driven (fun all ->
                        ([ all.Head ], optimizer case.Rule [ ParamGroup [ all.Head ] ])
                        :: (filled [ all.Tail ] |> List.map (fun others -> others, optimizer changed [ ParamGroup others ])))

                Bits.differences apart together |> List.map (fun line -> $"{name} = {value}: {line}")))

/// The numbers row by row.
let private rows (tensor: NDArray) =
    match tensor with
    | :? NDArray<float32> as t -> Array.map float (t.ToArray())
    | t -> t.As<float>().ToArray()
    |> Bits.ofFloats

/// A matrix of these rows, which MathNet stores column by column.
let private matrix single height width (values: float[]) =
    if single then
        NDArray.From(Matrix<float32>.Build.Dense(height, width, (fun i j -> float32 values[i * width + j])))
    else
        NDArray.From(Matrix<float>.Build.Dense(height, width, (fun i j -> values[i * width + j])))

let shapes =
    Make.elementwise
        "shapes"
        "A matrix stored column by column has the bits of the array of its rows, whichever way its gradients are stored."
        "MathNet's matrices are column-major, torch's tensors row-major: a rule sees neither."
        (Unless.any
            [
                Unless.model
                fun rule ->
                    if (Kind.gradient rule).Sparse = SparseGradients.Only then
                        Some "its gradients name their elements, and are stored in no order"
                    else
                        None
            ])
        Domain.any
        (fun case ->
            let values, gradients = case.Start.Head, case.Gradients |> List.map List.head
            let height = Seq.tryFind (fun d -> values.Length % d = 0) [ 5; 3; 2 ] |> Option.defaultValue 1
            let width = values.Length / height

            if width = 0 then
                []
            else
                let only = { case with Start = [ values ]; Gradients = gradients |> List.map List.singleton }
                let θ, s = Run.pure' Run.scalar only
                let wanted = Bits.whole (θ, s)

                let byRows (g: float[]) =
                    if case.Single then
                        NDArray.Of(Array.map float32 g, height, width) :> NDArray
                    else
                        NDArray.Of(g, height, width)

                [ "gradients row by row", byRows; "gradients column by column", matrix case.Single height width ]
                |> List.collect (fun (label, stored) ->
                    let start = Params.Of [ struct ("p0", matrix case.Single height width values) ]

                    let θ, s =
                        (Run.init case.Rule start, gradients)
                        ||> List.fold (fun at g ->
                            Run.step Run.scalar case.Rule at (Params.Of [ for g in Option.toList g -> struct ("p0", stored g) ]))

                    let got: Bits =
                        [
                            for name, bits in wanted do
                                let slot = s[0].Slots |> Seq.tryFind (fun slot -> name = $"p0.{slot.Key}")

                                match name, slot with
                                | "p0", _ -> name, rows θ[0]
                                | _, Some slot -> name, rows slot.Value
                                | _ -> name, bits
                        ]

                    Bits.differences wanted got |> List.map (fun line -> $"{height} x {width}, {label}: {line}")))

let all = [ split; order; names; shapes; groups; groupOptions ]
