using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;

/// <summary>A shaped view of the caller's own numbers: an array, a MathNet vector or matrix, of float or double.</summary>
/// <remarks>
/// Dense storage is shared, not copied: writing to the array changes the tensor. The pure functions never write to the tensors they are given.
/// Sparse MathNet vectors and matrices are accepted as gradients.
/// </remarks>
[JsonConverter(typeof(NDArrayJson))]
public abstract class NDArray
{
    private protected NDArray(int[] shape, bool columnMajor, int[]? indices)
    {
        (Dims, ColumnMajor, Indices) = (shape, columnMajor, indices);
        long length = 1;
        foreach (var d in shape) length = Math.Min(length * d, int.MaxValue);
        Length = (int)length;
    }

    internal int[] Dims { get; }
    internal bool ColumnMajor { get; }
    internal int[]? Indices { get; }

    /// <summary>Size of each dimension; empty for a single number.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<int> Shape => Dims;

    /// <summary>Number of elements, the unnamed zeros of a sparse tensor included.</summary>
    [DebuggerBrowsable(Never)] public int Length { get; }

    /// <summary>float or double.</summary>
    [DebuggerBrowsable(Never)] public abstract Type ElementType { get; }

    /// <summary>Whether only some elements are stored, the others being zero.</summary>
    [DebuggerBrowsable(Never)] public bool IsSparse => Indices is not null;

    /// <summary>A row-major tensor over <paramref name="values"/>, which is shared. Without a shape: one dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length, or the element type is neither float nor double.</exception>
    public static NDArray<T> Of<T>(T[] values, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is null) throw Fault.Null(nameof(values));
        var dims = shape is null or { Length: 0 } ? [values.Length] : (int[])shape.Clone();
        return NDArray<T>.Dense(values, dims, columnMajor: false);
    }

    /// <summary>A tensor of no dimensions over one number.</summary>
    public static NDArray<T> Scalar<T>(T value) where T : unmanaged, IFloatingPointIeee754<T> => NDArray<T>.Dense([value], [], columnMajor: false);

    /// <summary>A view of a boxed tensor, array, or MathNet vector or matrix of float or double.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static NDArray From(object value) => value switch
    {
        NDArray t => t,
        double[] a => a,
        float[] a => a,
        Vector<double> v => v,
        Vector<float> v => v,
        Matrix<double> m => m,
        Matrix<float> m => m,
        double x => Scalar(x),
        float x => Scalar(x),
        null => throw Fault.Null(nameof(value)),
        _ => throw Fault.NoTensor(value),
    };

    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(double[] values) => values is null ? null! : Of(values);
    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(float[] values) => values is null ? null! : Of(values);
    /// <summary>Shares dense storage; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Vector<double> vector) => vector is null ? null! : NDArray<double>.Of(vector);
    /// <summary>Shares dense storage; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Vector<float> vector) => vector is null ? null! : NDArray<float>.Of(vector);
    /// <summary>Shares dense storage, which is column-major; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Matrix<double> matrix) => matrix is null ? null! : NDArray<double>.Of(matrix);
    /// <summary>Shares dense storage, which is column-major; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Matrix<float> matrix) => matrix is null ? null! : NDArray<float>.Of(matrix);

    /// <summary>This tensor with its element type known.</summary>
    /// <exception cref="ArgumentException">The element type is another one.</exception>
    public NDArray<T> As<T>() where T : unmanaged, IFloatingPointIeee754<T> => this as NDArray<T> ?? throw Fault.ElementType("the tensor", ElementType, typeof(T));

    internal string ShapeText => Text(Dims);
    internal static string Text(int[] shape) => "[" + string.Join(", ", shape) + "]";
    internal abstract Array Storage { get; }
    internal abstract int Offset { get; }

    /// <summary>The buffer that this is a part of, or null.</summary>
    internal abstract IBuffer? Buffer { get; }
    internal abstract NDArray NewLike(double fill);
    internal abstract NDArray Uninitialised();

    /// <summary>A row-major one of the same element type and another shape.</summary>
    internal abstract NDArray NewOf(int[] shape, double fill);
    internal abstract NDArray Clone();
    internal abstract void CopyTo(NDArray other);

    /// <summary>A copy of the numbers of <paramref name="other"/> in this tensor's element type and order; shape as here, or as given.</summary>
    internal abstract NDArray Adopt(NDArray other, int[]? shape = null);

    internal NDArray Adopt(NDArray other) => Adopt(other, null);

    internal bool SameShape(NDArray other) => Dims.AsSpan().SequenceEqual(other.Dims);
}
