namespace Optim.Functional;

// Tensors of which only some elements are stored.
public sealed partial class NDArray<T>
{
    static NDArray<T> Sparse(T[] values, int[] indices, int[] shape, bool columnMajor) => new(values, shape, columnMajor, indices);

    internal static NDArray<T> Coalesced(T[] values, int[,] indices, int[] shape)
    {
        var (dimensions, count) = (indices.GetLength(0), indices.GetLength(1));
        if (dimensions < 1 || dimensions > shape.Length) throw Fault.SparseDimensions(dimensions, shape);
        if (Elements(shape, false) > int.MaxValue) throw Fault.SparseTooLong(shape);
        var block = shape.Skip(dimensions).Aggregate(1, (n, d) => n * d);
        if (values.LongLength != (long)count * block) throw Fault.SparseValues(values.Length, count, block, shape);
        var starts = new int[count];
        for (var k = 0; k < count; k++)
            for (var d = 0; d < dimensions; d++)
            {
                if ((uint)indices[d, k] >= (uint)shape[d]) throw Fault.SparseIndex(indices[d, k], d, k, shape);
                starts[k] = starts[k] * shape[d] + indices[d, k];
            }
        var sorted = starts.Distinct().Order().ToArray();
        var sums = new T[sorted.Length * block];
        var places = new int[sums.Length];
        for (var k = 0; k < count; k++)
        {
            var at = Array.BinarySearch(sorted, starts[k]) * block;
            for (var j = 0; j < block; j++)
            {
                places[at + j] = starts[k] * block + j;
                sums[at + j] += values[k * block + j];
            }
        }
        return new(new(sums), shape, columnMajor: false, places) { Run = block };
    }

    internal NDArray<T> Scattered()
    {
        var dense = New(null, Dims, ColumnMajor, IsComplex, cleared: true);
        for (var k = 0; k < Indices!.Length; k++) dense.place.From(Indices[k]) = Place.From(k);
        return dense;
    }
}
