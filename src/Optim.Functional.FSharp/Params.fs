namespace Optim.Functional

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Params =

    let ofList (entries: (string * obj) list) =
        Params.Of [ for name, value in entries -> struct (name, Values.tensor name value) ]

    let one (name: string) (value: 'value) = ofList [ (name, value :> obj) ]

    let toList (θ: Params) = [ for entry in θ.Entries -> entry.Key, entry.Value ]

    let map (f: string -> NDArray -> 'value) θ = ofList [ for name, value in toList θ -> name, f name value :> obj ]

    let tensor (name: string) (θ: Params) = θ[name]

    let array name θ = (tensor name θ).As().ToArray()

    let vector name θ = (tensor name θ).As().ToVector()

    let matrix name θ = (tensor name θ).As().ToMatrix()
