using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

/// <summary>A shaped view of the caller's own numbers: an array, a MathNet vector or matrix, memory outside the runtime's, of float, double
/// or complex numbers.</summary>
/// <remarks>
/// Dense storage is shared, not copied: writing to the array changes the tensor. The pure functions never write to the tensors they are given.
/// Sparse MathNet vectors and matrices are accepted as gradients.
/// </remarks>
[JsonConverter(typeof(NDArrayJson))]
public abstract class NDArray
{
    private protected NDArray(int[] shape, bool columnMajor, int[]? indices, bool complex)
    {
        (Dims, ColumnMajor, Indices, IsComplex) = (shape, columnMajor && shape.Length == 2, indices, complex);
        Length = Elements(shape, complex);
    }

    /// <summary>Elements of a shape, a complex number being two; as many as a long holds, at most.</summary>
    internal static long Elements(int[] shape, bool complex)
    {
        Int128 length = complex ? 2 : 1;
        foreach (var d in shape) length = Int128.Min(length * d, long.MaxValue);
        return (long)length;
    }

    internal int[] Dims { get; }

    /// <summary>Whether the numbers stand column by column, as those of a MathNet matrix do; else row by row. Only of two dimensions.</summary>
    [DebuggerBrowsable(Never)] public bool ColumnMajor { get; }

    internal int[]? Indices { get; }

    /// <summary>Size of each dimension; empty for a single number. Of a tensor of complex numbers: that of those.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<int> Shape => Dims;

    /// <summary>Number of elements, the unnamed zeros of a sparse tensor included. A complex number has two: its real part, then its
    /// imaginary part.</summary>
    [DebuggerBrowsable(Never)] public long Length { get; }

    /// <summary>Whether each two elements are one complex number. Elementwise rules treat them as two real ones, as torch does.</summary>
    [DebuggerBrowsable(Never)] public bool IsComplex { get; }

    /// <summary>float or double; of a tensor of complex numbers that of their parts.</summary>
    [DebuggerBrowsable(Never)] public abstract Type ElementType { get; }

    /// <summary>Whether only some elements are stored, the others being zero.</summary>
    [DebuggerBrowsable(Never)] public bool IsSparse => Indices is not null;

    /// <summary>A row-major tensor over <paramref name="values"/>, which is shared. Without a shape: one dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length, or the element type is neither float nor double.</exception>
    public static NDArray<T> Of<T>(T[] values, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is null) throw Fault.Null(nameof(values));
        return NDArray<T>.Over(values, Shaped(values.Length, shape));
    }

    /// <summary>A row-major tensor over a part of an array, which is shared. Without a shape: one dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the memory's length, the memory is no array's, or the element type is
    /// neither float nor double.</exception>
    public static NDArray<T> Of<T>(Memory<T> values, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!MemoryMarshal.TryGetArray<T>(values, out var part)) throw Fault.NoArrayMemory(values.Length);
        return NDArray<T>.Over(new Place<T>(part.Array!, part.Offset), part.Count, Shaped(part.Count, shape));
    }

    /// <summary>A row-major tensor over memory that is not the runtime's, or is pinned; it is shared. Without a shape: one
    /// number.</summary>
    /// <param name="address">Of the first element; a multiple of the element's size.</param>
    /// <param name="owner">What keeps the memory: it stays reachable as long as the tensor and what has been made of it are. Null: the
    /// caller keeps it as long.</param>
    /// <param name="shape">Its product is the number of elements that are there, which cannot be checked.</param>
    /// <exception cref="ArgumentException">The address is null or not aligned, or the element type is neither float nor double.</exception>
    public static NDArray<T> Of<T>(nint address, object? owner, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var dims = shape is null ? [] : (int[])shape.Clone();
        return NDArray<T>.Outside(address, owner, null, dims);
    }

    /// <summary>A sparse tensor in torch's COO form, for a gradient: of an embedding, the rows that were looked up. Duplicates add
    /// up.</summary>
    /// <param name="values">For each index in turn one number, or a block of numbers where there are fewer sparse dimensions than the
    /// shape has; copied.</param>
    /// <param name="indices">[sparse dimensions, how many]: column k says where value k stands, in the first dimensions.</param>
    /// <param name="shape">The tensor's shape, of at least as many dimensions as are sparse.</param>
    /// <exception cref="ArgumentException">There are not as many values as the indices ask for, or an index lies outside the
    /// shape.</exception>
    public static NDArray<T> Sparse<T>(T[] values, int[,] indices, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is null) throw Fault.Null(nameof(values));
        if (indices is null) throw Fault.Null(nameof(indices));
        return NDArray<T>.Coalesced(values, indices, (int[])(shape ?? throw Fault.Null(nameof(shape))).Clone());
    }

    /// <summary>A row-major tensor of complex numbers over <paramref name="values"/>, which is shared. Without a shape: one
    /// dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length.</exception>
    public static NDArray<double> Of(Complex[] values, params int[] shape)
    {
        if (values is null) throw Fault.Null(nameof(values));
        return NDArray<double>.OverComplex(values, Shaped(values.Length, shape));
    }

    /// <summary>A row-major tensor of complex numbers over <paramref name="values"/>, which is shared. Without a shape: one
    /// dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length.</exception>
    public static NDArray<float> Of(Complex32[] values, params int[] shape)
    {
        if (values is null) throw Fault.Null(nameof(values));
        return NDArray<float>.OverComplex(values, Shaped(values.Length, shape));
    }

    static int[] Shaped(int length, int[]? shape) => shape is null or { Length: 0 } ? [length] : (int[])shape.Clone();

    /// <summary>A tensor of no dimensions over one number.</summary>
    public static NDArray<T> Scalar<T>(T value) where T : unmanaged, IFloatingPointIeee754<T> => NDArray<T>.Over([value], []);

    /// <summary>A view of a boxed tensor, array, or MathNet vector or matrix, of float, double or complex numbers.</summary>
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
        Complex[] a => a,
        Complex32[] a => a,
        Vector<Complex> v => v,
        Vector<Complex32> v => v,
        Matrix<Complex> m => m,
        Matrix<Complex32> m => m,
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
    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Complex[] values) => values is null ? null! : Of(values);
    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Complex32[] values) => values is null ? null! : Of(values);
    /// <summary>Shares dense storage; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Vector<Complex> vector) => vector is null ? null! : NDArray<double>.OfComplex(vector);
    /// <summary>Shares dense storage; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Vector<Complex32> vector) => vector is null ? null! : NDArray<float>.OfComplex(vector);
    /// <summary>Shares dense storage, which is column-major; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Matrix<Complex> matrix) => matrix is null ? null! : NDArray<double>.OfComplex(matrix);
    /// <summary>Shares dense storage, which is column-major; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Matrix<Complex32> matrix) => matrix is null ? null! : NDArray<float>.OfComplex(matrix);

    /// <summary>This tensor with its element type known.</summary>
    /// <exception cref="ArgumentException">The element type is another one.</exception>
    public NDArray<T> As<T>() where T : unmanaged, IFloatingPointIeee754<T> => this as NDArray<T> ?? throw Fault.ElementType("the tensor", ElementType, typeof(T));

    internal string ShapeText => Text(Dims) + (IsComplex ? " of complex numbers" : "");
    internal static string Text(int[] shape) => "[" + string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>The array that holds the numbers, or an anchor.</summary>
    internal abstract Array Storage { get; }

    /// <summary>What the numbers last as long as, where that may end before the tensor does; or null.</summary>
    internal Lifetime? Lifetime { get; private protected init; }

    /// <summary>Where the stored numbers are.</summary>
    internal abstract Extent Extent { get; }

    /// <summary>torch's name of the elements' type.</summary>
    internal abstract string TypeName { get; }

    internal abstract NDArray NewLike(double fill);
    internal abstract NDArray Uninitialised();

    /// <summary>A row-major one of the same element type and another shape.</summary>
    internal abstract NDArray NewOf(int[] shape, double fill);
    internal abstract NDArray Clone();
    internal abstract void CopyTo(NDArray other);

    /// <summary>A copy of the numbers of <paramref name="other"/> in this tensor's element type and order; shape as here, or as given.</summary>
    internal abstract NDArray Adopt(NDArray other, int[]? shape = null);

    internal NDArray Adopt(NDArray other) => Adopt(other, null);

    /// <summary>Takes over the numbers of a dense tensor of this shape, of whichever element type and order.</summary>
    internal abstract void Set(NDArray other);

    internal bool SameShape(NDArray other) => Dims.AsSpan().SequenceEqual(other.Dims) && IsComplex == other.IsComplex;
}
