namespace Optim.Functional

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Optimizer =

    let private group (parameters: (string * obj) list, options: (string * obj) list) =
        let group = ParamGroup [ for name, value in parameters -> Parameter(Values.tensor name value, name) ]

        for name, value in options do
            group[name] <- value

        group

    let ofGroups groups (rule: IRule) = Optimizer(List.map group groups, rule)

    let ofList parameters rule = ofGroups [ parameters, [] ] rule

    let private members (optimizer: Optimizer) =
        [
            for group in optimizer.ParamGroups do
                yield! group.Parameters
        ]

    let private name (p: Parameter) =
        match p.Name with
        | null -> ""
        | name -> name

    let parameters optimizer = Params.Of [ for p in members optimizer -> struct (name p, p.Value) ]

    let step gradients (optimizer: Optimizer) =
        let given, own = Params.ofList gradients, parameters optimizer

        for name in given.Names do
            own[name] |> ignore

        for p in members optimizer do
            p.Grad <- if given.Contains(name p) then withNull given[name p] else null

        optimizer.Step()
