namespace Optim.Functional;

using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

// Its numbers as MathNet's, and as arrays.
public sealed partial class NDArray<T>
{
    /// <summary>A MathNet vector over the same numbers.</summary>
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, is sparse or of complex numbers, or has no array
    /// of its own: see <see cref="Data"/>.</exception>
    public Vector<T> ToVector() =>
        Dims.Length < 2 && !IsSparse && !IsComplex ? Vector<T>.Build.Dense(Data) : throw Fault.NoView(this, "vector", "one dimension");

    /// <summary>A MathNet matrix: over the same numbers where they came from one, else converted from row-major to MathNet's column-major
    /// order.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or is sparse or of complex numbers.</exception>
    public Matrix<T> ToMatrix() => Dims.Length != 2 || IsSparse || IsComplex ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<T>.Build.Dense(Dims[0], Dims[1], ColumnMajor ? Data : Ordered(columnMajor: true).Array);

    /// <summary>A MathNet vector of complex numbers: over the same numbers where they are in an array of those, else a copy.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, or its elements are not the parts of such
    /// numbers.</exception>
    public Vector<C> ToVector<C>() where C : struct, IEquatable<C>, IFormattable =>
        Dims.Length > 1 ? throw Fault.NoView(this, "vector", "one dimension")
        : Vector<C>.Build.Dense(Complexes<C>().Whole<C>() ?? ToArray<C>());

    /// <summary>A MathNet matrix of complex numbers: over the same numbers where they came from one, else a copy.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or its elements are not the parts of such
    /// numbers.</exception>
    public Matrix<C> ToMatrix<C>() where C : struct, IEquatable<C>, IFormattable =>
        Dims.Length != 2 ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<C>.Build.Dense(Dims[0], Dims[1], (ColumnMajor ? Complexes<C>().Whole<C>() : null) ?? Numbers<C>(columnMajor: true));

    /// <summary>A new row-major array of all elements; of complex numbers: real and imaginary parts by turns.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    public T[] ToArray()
    {
        if (Length > Array.MaxLength) throw Fault.TooLong(this, "an array", Array.MaxLength);
        var result = new T[Length];
        CopyTo(result, columnMajor: false);
        return result;
    }

    /// <summary>A new row-major array of all complex numbers.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The elements are not the parts of such numbers, or there are more than an array can
    /// hold.</exception>
    public C[] ToArray<C>() where C : struct, IEquatable<C>, IFormattable => Numbers<C>(columnMajor: false);

    C[] Numbers<C>(bool columnMajor) => (C[])Complexes<C>().Copied(columnMajor).Owner!;

    /// <summary>This tensor, if its elements are the parts of such complex numbers and an array can hold them.</summary>
    NDArray<T> Complexes<C>()
    {
        var own = typeof(T) == typeof(float) ? typeof(Complex32) : typeof(Complex);
        if (!IsComplex || typeof(C) != own) throw Fault.NoComplex(this, typeof(C));
        return Length / 2 <= Array.MaxLength ? this : throw Fault.TooLong(this, "an array", 2L * Array.MaxLength);
    }

    /// <summary>The array, if it holds just this tensor, as elements of that type.</summary>
    E[]? Whole<E>() =>
        Place is { Offset: 0, Owner: E[] array } && (long)array.Length * Unsafe.SizeOf<E>() == Stored * Unsafe.SizeOf<T>() ? array : null;
}
