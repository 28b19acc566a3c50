using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>A shaped view of the caller's own numbers: an array, a MathNet vector or matrix, memory outside the runtime's, of float, double
/// or complex numbers.</summary>
/// <remarks>
/// Dense storage is shared, not copied: writing to the array changes the tensor. The pure functions never write to the tensors they are
/// given. Sparse MathNet vectors and matrices are accepted as gradients.
/// </remarks>
[JsonConverter(typeof(NDArrayJson))]
public abstract partial class NDArray
{
    private protected NDArray(int[] shape, bool columnMajor, int[]? indices, bool complex)
    {
        Dims = shape;
        ColumnMajor = columnMajor && shape.Length == 2;
        Indices = indices;
        IsComplex = complex;
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

    /// <summary>Whether the numbers stand column by column, as those of a MathNet matrix do; else row by row. Only of two
    /// dimensions.</summary>
    [DebuggerBrowsable(Never)] public bool ColumnMajor { get; }

    internal int[]? Indices { get; }

    /// <summary>Of a sparse tensor: so many elements stand one after another each time, as those of a row do.</summary>
    internal int Run { get; init; } = 1;

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

    /// <summary>This tensor with its element type known.</summary>
    /// <exception cref="ArgumentException">The element type is another one.</exception>
    public NDArray<T> As<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        this as NDArray<T> ?? throw Fault.ElementType("the tensor", ElementType, typeof(T));

    internal string ShapeText => Text(Dims) + (IsComplex ? " of complex numbers" : "");

    internal static string Text(int[] shape) =>
        "[" + string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>The array that holds the numbers, or an anchor.</summary>
    internal abstract Array Storage { get; }

    /// <summary>What the numbers last as long as, where that may end before the tensor does; or null.</summary>
    internal Lifetime? Lifetime { get; private protected init; }

    /// <summary>Where the stored numbers are.</summary>
    internal abstract Extent Extent { get; }

    /// <summary>The device that they lie on; null: they are this process's.</summary>
    internal Device? Device { get; private protected init; }

    /// <summary>torch's name of the elements' type.</summary>
    internal abstract string TypeName { get; }

    /// <summary>Makes a tensor over memory that no array holds one over other such memory: for gradients that come at another address
    /// each step.</summary>
    internal abstract void MoveTo(nint address);

    internal abstract NDArray NewLike(double fill);

    internal abstract NDArray Uninitialised();

    /// <summary>A row-major one of the same element type and another shape.</summary>
    internal abstract NDArray NewOf(int[] shape, double fill);
    internal abstract NDArray Clone();

    /// <summary>A copy in this process's memory.</summary>
    internal abstract NDArray OnHost();

    /// <summary>A copy on a device, in the same order.</summary>
    internal abstract NDArray On(Device device);

    /// <summary>Makes all numbers <paramref name="value"/>.</summary>
    internal abstract void Fill(double value);

    internal abstract void CopyTo(NDArray other);

    /// <summary>A copy of the numbers of <paramref name="other"/> in this tensor's element type and order; shape as here, or as
    /// given.</summary>
    internal abstract NDArray Adopt(NDArray other, int[]? shape = null);

    /// <summary>So many elements from one on, as they lie in that order: a vector over the same memory where it has that
    /// order.</summary>
    internal abstract NDArray Cut(bool columnMajor, nint start, long length);

    /// <summary>Where this part of another tensor begins in it.</summary>
    internal nint StartIn(NDArray whole) =>
        (nint)(Extent.Start - whole.Extent.Start) / (ElementType == typeof(float) ? sizeof(float) : sizeof(double));

    /// <summary>Takes over the numbers of a dense tensor of this shape, of whichever element type and order.</summary>
    internal abstract void Set(NDArray other);

    internal bool SameShape(NDArray other) => Dims.AsSpan().SequenceEqual(other.Dims) && IsComplex == other.IsComplex;
}
