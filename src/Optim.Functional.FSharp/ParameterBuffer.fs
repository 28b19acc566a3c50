namespace Optim.Functional

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ParameterBuffer =

    let zeros shapes =
        new ParameterBuffer<_>(shapes |> List.map (fun (name, shape) -> struct (name, Array.ofList shape)))

    let copy (θ: Params) = new ParameterBuffer<_>(θ)
