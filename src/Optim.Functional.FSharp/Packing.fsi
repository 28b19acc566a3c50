namespace Optim.Functional

open MathNet.Numerics.LinearAlgebra

/// <summary>How values of one type are seen as named tensors, and named tensors as values of that type.</summary>
/// <example>
/// A record of your own goes through every verb of <c>Optim</c> once it says how it is packed:
/// <code>
/// type Model =
///     { W: Matrix&lt;float&gt;; b: Vector&lt;float&gt; }
///     static member Packing(_: Lift, _: Model) : Packing&lt;Model&gt; =
///         { Pack = fun m -> Params.ofList [ "W", m.W; "b", m.b ]
///           Unpack = fun p -> { W = Params.matrix "W" p; b = Params.vector "b" p } }
/// </code>
/// </example>
type Packing<'θ> =
    {
        /// The value's numbers under their names. May share the value's arrays.
        Pack: 'θ -> Params
        /// A value over the tensors, whose names and shapes are those that Pack gave. May share their arrays.
        Unpack: Params -> 'θ
    }

/// <summary>Says how parameters are packed that come as <c>Params</c>, an array, a list, or a MathNet vector or matrix.</summary>
/// <remarks>A bare array, list, vector or matrix is one tensor with an empty name.
/// Arrays and dense storage are shared, lists are copied.</remarks>
type Lift =
    | Lift

    /// Named tensors are what they are.
    static member Packing: Lift * Params -> Packing<Params>

    /// One array.
    static member Packing: Lift * float[] -> Packing<float[]>

    /// One array.
    static member Packing: Lift * float32[] -> Packing<float32[]>

    /// One list, which is copied.
    static member Packing: Lift * float list -> Packing<float list>

    /// One list, which is copied.
    static member Packing: Lift * float32 list -> Packing<float32 list>

    /// One vector.
    static member Packing: Lift * Vector<float> -> Packing<Vector<float>>

    /// One vector.
    static member Packing: Lift * Vector<float32> -> Packing<Vector<float32>>

    /// One matrix.
    static member Packing: Lift * Matrix<float> -> Packing<Matrix<float>>

    /// One matrix.
    static member Packing: Lift * Matrix<float32> -> Packing<Matrix<float32>>
