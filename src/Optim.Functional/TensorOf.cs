using System.Diagnostics;
using System.Numerics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

/// <summary>A tensor of <typeparamref name="T"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Tensor<T> : Tensor where T : unmanaged, IFloatingPointIeee754<T>
{
    Tensor(T[] data, int[] shape, bool columnMajor, int[]? indices) : base(shape, columnMajor, indices) => Data = data;

    /// <summary>The shared numbers in storage order: row by row, or column by column where it came from a MathNet matrix; of a sparse tensor the stored ones.</summary>
    [DebuggerBrowsable(Never)] public T[] Data { get; }

    /// <inheritdoc/>
    [DebuggerBrowsable(Never)] public override Type ElementType => typeof(T);

    internal override Array Storage => Data;

    internal static Tensor<T> Dense(T[] data, int[] shape, bool columnMajor)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Fault.ElementType("a tensor", typeof(T), null);
        if (shape.Any(d => d < 0)) throw Fault.NegativeShape(shape);
        var t = new Tensor<T>(data, shape, columnMajor && shape.Length == 2, null);
        return t.Length == data.Length ? t : throw Fault.ShapeProduct(shape, data.Length);
    }

    internal static Tensor<T> Sparse(T[] values, int[] indices, int[] shape, bool columnMajor) => new(values, shape, columnMajor && shape.Length == 2, indices);

    internal static Tensor<T> Of(Vector<T> vector) => vector.Storage switch
    {
        DenseVectorStorage<T> d => Dense(d.Data, [vector.Count], false),
        SparseVectorStorage<T> s => Sparse(s.Values[..s.ValueCount], s.Indices[..s.ValueCount], [vector.Count], false),
        _ => throw Fault.NoTensor(vector),
    };

    internal static Tensor<T> Of(Matrix<T> matrix)
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
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, or is sparse.</exception>
    public Vector<T> ToVector() => Dims.Length < 2 && !IsSparse ? Vector<T>.Build.Dense(Data) : throw Fault.NoView(this, "vector", "one dimension");

    /// <summary>A MathNet matrix: over the same numbers where they came from one, else converted from row-major to MathNet's column-major order.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or is sparse.</exception>
    public Matrix<T> ToMatrix() => Dims.Length != 2 || IsSparse ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<T>.Build.Dense(Dims[0], Dims[1], Ordered(columnMajor: true));

    /// <summary>A new row-major array of all elements.</summary>
    public T[] ToArray()
    {
        var dense = IsSparse ? Scattered().Data : Data;
        var ordered = ColumnMajor ? Transposed(dense, Dims[1], Dims[0]) : dense;
        return ReferenceEquals(ordered, Data) ? (T[])Data.Clone() : ordered;
    }

    /// <summary>Data in the order asked for: itself where it has that order already.</summary>
    internal T[] Ordered(bool columnMajor) => ColumnMajor == columnMajor || Dims.Length != 2 ? Data
        : columnMajor ? Transposed(Data, Dims[0], Dims[1]) : Transposed(Data, Dims[1], Dims[0]);

    /// <summary>Sparse indices in the order asked for.</summary>
    internal int[] OrderedIndices(bool columnMajor)
    {
        if (ColumnMajor == columnMajor || Dims.Length != 2) return Indices!;
        var (outer, inner) = ColumnMajor ? (Dims[1], Dims[0]) : (Dims[0], Dims[1]);
        return Array.ConvertAll(Indices!, i => i % inner * outer + i / inner);
    }

    internal Tensor<T> Scattered()
    {
        var data = new T[Length];
        for (var k = 0; k < Indices!.Length; k++) data[Indices[k]] = Data[k];
        return new(data, Dims, ColumnMajor, null);
    }

    internal override Tensor NewLike(double fill)
    {
        var data = new T[Length];
        if (fill != 0) Array.Fill(data, T.CreateTruncating(fill));
        return new Tensor<T>(data, Dims, ColumnMajor, null);
    }

    internal override Tensor Uninitialised() => new Tensor<T>(GC.AllocateUninitializedArray<T>(Data.Length), Dims, ColumnMajor, null);

    internal override Tensor Clone() => new Tensor<T>((T[])Data.Clone(), Dims, ColumnMajor, Indices);

    internal override void CopyTo(Tensor other) { var to = other.As<T>(); Ordered(to.ColumnMajor).CopyTo(to.Data, 0); }

    internal override Tensor Adopt(Tensor other, int[]? shape)
    {
        var own = Dense(new T[other.Length], shape ?? Dims, ColumnMajor);
        if (other is Tensor<T> same) same.CopyTo(own);
        else if (other is Tensor<float> f) Dense(Array.ConvertAll(f.Data, x => T.CreateTruncating(x)), own.Dims, f.ColumnMajor).CopyTo(own);
        else if (other is Tensor<double> d) Dense(Array.ConvertAll(d.Data, x => T.CreateTruncating(x)), own.Dims, d.ColumnMajor).CopyTo(own);
        return own;
    }

    /// <summary>The shape and the first elements.</summary>
    public override string ToString()
    {
        var (values, type) = (ToArray(), typeof(T) == typeof(float) ? "float32" : "float64");
        return $"{type} {ShapeText} " + string.Join(" ", values.Take(6).Select(x => x.ToString("G6", null))) + (values.Length > 6 ? " ..." : "");
    }

    /// <summary>Rows of <paramref name="inner"/> become columns: element i·inner + j goes to j·outer + i.</summary>
    static T[] Transposed(T[] data, int outer, int inner)
    {
        var result = new T[data.Length];
        for (var i = 0; i < outer; i++)
            for (var j = 0; j < inner; j++) result[j * outer + i] = data[i * inner + j];
        return result;
    }
}
