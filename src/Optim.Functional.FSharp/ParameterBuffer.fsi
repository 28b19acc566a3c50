namespace Optim.Functional

open System
open System.Numerics

/// <summary>The parameters, gradients and state of a whole model in few large allocations.</summary>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ParameterBuffer =

    /// <summary>Parameters of these names and shapes, all 0, with gradients of 0.
    /// Dispose of it, and its memory is given back at once.</summary>
    /// <exception cref="T:System.ArgumentException">There is none, a name stands twice, or a shape has a negative dimension.</exception>
    /// <example><code>use model = ParameterBuffer.zeros&lt;float32> [ "W", [ 784; 10 ]; "b", [ 10 ] ]</code></example>
    val zeros<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>> :
        shapes: (string * int list) list -> ParameterBuffer<'T>

    /// <summary>A copy of these parameters, with gradients of 0.</summary>
    /// <exception cref="T:System.ArgumentException">An element type is another one, or there is no parameter.</exception>
    /// <example><code>use model = ParameterBuffer.copy&lt;float> θ</code></example>
    val copy<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>> :
        θ: Params -> ParameterBuffer<'T>
