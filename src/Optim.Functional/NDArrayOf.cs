using System.Diagnostics;
using System.Numerics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

/// <summary>A tensor of <typeparamref name="T"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NDArray<T> : NDArray where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Place<T> place;
    readonly ParameterBuffer<T>? buffer;

    NDArray(T[] stored, int[] shape, bool columnMajor, int[]? indices) : base(shape, columnMajor, indices) => (place, Stored) = (new(stored), stored.Length);

    /// <summary>A part of a buffer.</summary>
    internal NDArray(Place<T> place, int[] shape, bool columnMajor, ParameterBuffer<T> buffer) : base(shape, columnMajor, null) =>
        (this.place, Stored, this.buffer) = (place, Length, buffer);

    internal Place<T> Place => buffer is { Disposed: true } ? throw Fault.Disposed(this) : place;

    /// <summary>How many elements are stored: all, or of a sparse tensor those it names.</summary>
    internal int Stored { get; }

    /// <summary>The shared numbers in storage order: row by row, or column by column where it came from a MathNet matrix; of a sparse tensor the stored ones.</summary>
    [DebuggerBrowsable(Never)] public Span<T> Span => Place.Span(Stored);

    /// <summary>The array behind <see cref="Span"/>, for a tensor that has one of its own.</summary>
    /// <exception cref="InvalidOperationException">The tensor is a part of a <see cref="ParameterBuffer{T}"/>.</exception>
    [DebuggerBrowsable(Never)] public T[] Data => buffer is null ? place.Array : throw Fault.NoArray(this);

    /// <inheritdoc/>
    [DebuggerBrowsable(Never)] public override Type ElementType => typeof(T);

    internal static NDArray<T> Dense(T[] data, int[] shape, bool columnMajor)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Fault.ElementType("a tensor", typeof(T), null);
        if (shape.Any(d => d < 0)) throw Fault.NegativeShape(shape);
        var t = new NDArray<T>(data, shape, columnMajor && shape.Length == 2, null);
        return t.Length == data.Length ? t : throw Fault.ShapeProduct(shape, data.Length);
    }

    internal static NDArray<T> Sparse(T[] values, int[] indices, int[] shape, bool columnMajor) =>
        new(values, shape, columnMajor && shape.Length == 2, indices);

    internal static NDArray<T> Of(Vector<T> vector) => vector.Storage switch
    {
        DenseVectorStorage<T> d => Dense(d.Data, [vector.Count], false),
        SparseVectorStorage<T> s => Sparse(s.Values[..s.ValueCount], s.Indices[..s.ValueCount], [vector.Count], false),
        _ => throw Fault.NoTensor(vector),
    };

    internal static NDArray<T> Of(Matrix<T> matrix)
    {
        int[] shape = [matrix.RowCount, matrix.ColumnCount];
        if (matrix.Storage is DenseColumnMajorMatrixStorage<T> d) return Dense(d.Data, shape, true);
        if (matrix.Storage is DiagonalMatrixStorage<T> l) return Sparse(l.Data, [.. l.Data.Select((_, i) => i * (shape[0] + 1))], shape, true);
        if (matrix.Storage is not SparseCompressedRowMatrixStorage<T> s) throw Fault.NoTensor(matrix);
        var indices = new int[s.ValueCount];
        for (var row = 0; row < shape[0]; row++)
            for (var k = s.RowPointers[row]; k < s.RowPointers[row + 1]; k++) indices[k] = s.ColumnIndices[k] * shape[0] + row;
        return Sparse(s.Values[..s.ValueCount], indices, shape, true);
    }

    /// <summary>A MathNet vector over the same numbers.</summary>
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, is sparse, or is a part of a <see cref="ParameterBuffer{T}"/>.</exception>
    public Vector<T> ToVector() => Dims.Length < 2 && !IsSparse ? Vector<T>.Build.Dense(Data) : throw Fault.NoView(this, "vector", "one dimension");

    /// <summary>A MathNet matrix: over the same numbers where they came from one, else converted from row-major to MathNet's column-major order.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or is sparse.</exception>
    public Matrix<T> ToMatrix() => Dims.Length != 2 || IsSparse ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<T>.Build.Dense(Dims[0], Dims[1], ColumnMajor ? Data : Ordered(columnMajor: true).Array);

    /// <summary>A new row-major array of all elements.</summary>
    public T[] ToArray()
    {
        var dense = IsSparse ? Scattered() : this;
        var ordered = dense.Ordered(columnMajor: false);
        return ordered == Place ? Span.ToArray() : ordered.Array;
    }

    /// <summary>The numbers in the order asked for: in their own place where they have that order already.</summary>
    internal Place<T> Ordered(bool columnMajor) => ColumnMajor == columnMajor || Dims.Length != 2 ? Place
        : new(columnMajor ? Transposed(Span, Dims[0], Dims[1]) : Transposed(Span, Dims[1], Dims[0]));

    /// <summary>Sparse indices in the order asked for.</summary>
    internal int[] OrderedIndices(bool columnMajor)
    {
        if (ColumnMajor == columnMajor || Dims.Length != 2) return Indices!;
        var (outer, inner) = ColumnMajor ? (Dims[1], Dims[0]) : (Dims[0], Dims[1]);
        return Array.ConvertAll(Indices!, i => i % inner * outer + i / inner);
    }

    internal NDArray<T> Scattered()
    {
        var data = new T[Length];
        for (var k = 0; k < Indices!.Length; k++) data[Indices[k]] = Place.Array[k];
        return new(data, Dims, ColumnMajor, null);
    }

    internal override Array Storage => Place.Array;
    internal override int Offset => Place.Offset;
    internal override IBuffer? Buffer => buffer;

    internal override NDArray NewLike(double fill)
    {
        var t = buffer?.Another(this) ?? Dense(HugePages.Advise(new T[Length]), Dims, ColumnMajor);
        if (fill != 0) t.Span.Fill(T.CreateTruncating(fill));
        return t;
    }

    internal override NDArray Uninitialised() => Dense(HugePages.Advise(GC.AllocateUninitializedArray<T>(Stored)), Dims, ColumnMajor);

    internal override NDArray NewOf(int[] shape, double fill)
    {
        var t = Dense(HugePages.Advise(new T[shape.Aggregate(1, (n, d) => n * d)]), shape, columnMajor: false);
        if (fill != 0) t.Span.Fill(T.CreateTruncating(fill));
        return t;
    }

    internal override NDArray Clone()
    {
        var copy = HugePages.Advise(GC.AllocateUninitializedArray<T>(Stored));
        Span.CopyTo(copy);
        return IsSparse ? Sparse(copy, Indices!, Dims, ColumnMajor) : Dense(copy, Dims, ColumnMajor);
    }

    internal override void CopyTo(NDArray other)
    {
        var to = other.As<T>();
        Ordered(to.ColumnMajor).Span(Length).CopyTo(to.Span);
    }

    internal override NDArray Adopt(NDArray other, int[]? shape)
    {
        var own = shape is null ? (NDArray<T>)NewLike(0) : Dense(new T[other.Length], shape, ColumnMajor);
        if (other is NDArray<T> same) same.CopyTo(own);
        else if (other is NDArray<float> f) Dense(Array.ConvertAll(f.Span.ToArray(), x => T.CreateTruncating(x)), own.Dims, f.ColumnMajor).CopyTo(own);
        else if (other is NDArray<double> d) Dense(Array.ConvertAll(d.Span.ToArray(), x => T.CreateTruncating(x)), own.Dims, d.ColumnMajor).CopyTo(own);
        return own;
    }

    /// <summary>The shape and the first elements.</summary>
    public override string ToString()
    {
        var (first, type) = (ColumnMajor || IsSparse ? ToArray() : Span[..Math.Min(Stored, 6)].ToArray(), typeof(T) == typeof(float) ? "float32" : "float64");
        return $"{type} {ShapeText} " + string.Join(" ", first.Take(6).Select(x => x.ToString("G6", null))) + (Length > 6 ? " ..." : "");
    }

    /// <summary>Rows of <paramref name="inner"/> become columns: element i·inner + j goes to j·outer + i.</summary>
    static T[] Transposed(ReadOnlySpan<T> data, int outer, int inner)
    {
        var result = new T[data.Length];
        for (var i = 0; i < outer; i++)
            for (var j = 0; j < inner; j++) result[j * outer + i] = data[i * inner + j];
        return result;
    }
}
