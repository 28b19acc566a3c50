namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

// Tensors over the numbers of others, and new ones.
public sealed partial class NDArray<T>
{
    internal static NDArray<T> Over(T[] values, int[] shape, bool columnMajor = false) =>
        Over(values, values.Length, shape, columnMajor);

    internal static NDArray<T> OverComplex(Array values, int[] shape, bool columnMajor = false) =>
        Over(Place<T>.In(values, 0), values.Length, shape, columnMajor, complex: true);

    /// <summary>So many numbers from a place on.</summary>
    internal static NDArray<T> Over(Place<T> place, int count, int[] shape, bool columnMajor = false, bool complex = false)
    {
        var t = new NDArray<T>(place, shape, columnMajor, complex: complex);
        return t.Length == (complex ? 2L : 1) * count ? t : throw Fault.ShapeProduct(shape, count);
    }

    internal static NDArray<T> Outside(nint address, object? owner, Lifetime? lifetime, int[] shape)
    {
        if (address == 0) throw Fault.NullAddress(shape);
        if (address % Unsafe.SizeOf<T>() != 0) throw Fault.Unaligned(address, typeof(T), Unsafe.SizeOf<T>());
        return new(Place<T>.Outside(address, owner), shape, columnMajor: false, lifetime: lifetime);
    }

    internal static NDArray<T> Of(Vector<T> vector) => vector.Storage switch
    {
        DenseVectorStorage<T> d => Over(d.Data, [vector.Count]),
        SparseVectorStorage<T> s => Sparse(s.Values[..s.ValueCount], s.Indices[..s.ValueCount], [vector.Count], columnMajor: false),
        _ => throw Fault.NoTensor(vector),
    };

    internal static NDArray<T> Of(Matrix<T> matrix)
    {
        int[] shape = [matrix.RowCount, matrix.ColumnCount];
        if (matrix.Storage is DenseColumnMajorMatrixStorage<T> d) return Over(d.Data, shape, columnMajor: true);
        if (matrix.Storage is DiagonalMatrixStorage<T> l)
            return Sparse(l.Data, [.. l.Data.Select((_, i) => i * (shape[0] + 1))], shape, columnMajor: true);
        if (matrix.Storage is not SparseCompressedRowMatrixStorage<T> s) throw Fault.NoTensor(matrix);
        var indices = new int[s.ValueCount];
        for (var row = 0; row < shape[0]; row++)
            for (var k = s.RowPointers[row]; k < s.RowPointers[row + 1]; k++) indices[k] = s.ColumnIndices[k] * shape[0] + row;
        return Sparse(s.Values[..s.ValueCount], indices, shape, columnMajor: true);
    }

    internal static NDArray<T> OfComplex<C>(Vector<C> vector) where C : struct, IEquatable<C>, IFormattable =>
        vector.Storage is DenseVectorStorage<C> d ? OverComplex(d.Data, [vector.Count]) : throw Fault.SparseComplex(vector);

    internal static NDArray<T> OfComplex<C>(Matrix<C> matrix) where C : struct, IEquatable<C>, IFormattable =>
        matrix.Storage is DenseColumnMajorMatrixStorage<C> d ? OverComplex(d.Data, [matrix.RowCount, matrix.ColumnCount], columnMajor: true)
        : throw Fault.SparseComplex(matrix);

    /// <summary>A new tensor, on a device or here.</summary>
    internal static NDArray<T> New(Device? device, int[] shape, bool columnMajor, bool complex, bool cleared) => device is null
        ? new(Allocation.New<T>(Elements(shape, complex), complex, cleared), shape, columnMajor, complex: complex)
        : new(device.New<T>(Elements(shape, complex), cleared), shape, columnMajor, null, complex, device.Lifetime, device);
}
