namespace Optim.Functional

open System
open System.Numerics
open MathNet.Numerics.LinearAlgebra

/// <summary>Parameters, or gradients for some of them, by name.</summary>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Params =

    /// <summary>Named tensors from MathNet vectors and matrices, arrays, lists, lists of a matrix's rows, numbers and tensors, of float or
    /// float32, in this order.</summary>
    /// <param name="entries">Arrays and dense storage are shared, not copied:
    /// writing to one later changes the parameters. Lists and arrays of two dimensions are copied.</param>
    /// <exception cref="T:System.ArgumentException">A name stands twice, a value is none of these,
    /// or rows are of several lengths.</exception>
    /// <remarks>A name or a call stands as it is; the result of an operator F# wants boxed: <c>"W", box (2.0 * W)</c>.</remarks>
    /// <example><code>Params.ofList [ "W", [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]; "b", [ 0.0; 0.0 ] ]</code></example>
    val ofList: entries: (string * obj) list -> Params

    /// <summary>One named tensor, of anything that <c>ofList</c> takes.</summary>
    /// <exception cref="T:System.ArgumentException">The value is none of these, or its rows are of several lengths.</exception>
    /// <remarks>In a list, a single entry wants parentheses, since the compiler takes it for a slip without: <c>[ ("W", W) ]</c>
    /// (FS3886).</remarks>
    /// <example><code>Params.one "W" [| 1.0; 2.0 |]</code></example>
    val one: name: string -> value: 'value -> Params when 'value: not null

    /// <summary>Names and tensors, in order. The tensors share their arrays with the parameters.</summary>
    val toList: θ: Params -> (string * NDArray) list

    /// <summary>The same names, with a value of each tensor's own: an array, a MathNet vector or matrix, a number or a tensor.</summary>
    /// <exception cref="T:System.ArgumentException">A value is none of these.</exception>
    val map: f: (string -> NDArray -> 'value) -> θ: Params -> Params when 'value: not null

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is none.</exception>
    val tensor: name: string -> θ: Params -> NDArray

    /// <summary>The numbers under that name, row by row, in a new array.</summary>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is no such name.</exception>
    /// <exception cref="T:System.ArgumentException">Its elements are of another type.</exception>
    /// <example><code>θ |> Params.array&lt;float> "W"</code></example>
    val array<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>> :
        name: string -> θ: Params -> 'T[]

    /// <summary>A MathNet vector over the tensor of that name, whose numbers it shares.</summary>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is no such name.</exception>
    /// <exception cref="T:System.ArgumentException">Its elements are of another type.</exception>
    /// <exception cref="T:System.InvalidOperationException">It has two or more dimensions, or is sparse.</exception>
    val vector<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>> :
        name: string -> θ: Params -> Vector<'T>

    /// <summary>A MathNet matrix of the tensor of that name.
    /// It shares the numbers where they came from a matrix; a row-major tensor is converted.</summary>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is no such name.</exception>
    /// <exception cref="T:System.ArgumentException">Its elements are of another type.</exception>
    /// <exception cref="T:System.InvalidOperationException">It has not two dimensions, or is sparse.</exception>
    val matrix<'T when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType and 'T :> IFloatingPointIeee754<'T>> :
        name: string -> θ: Params -> Matrix<'T>
