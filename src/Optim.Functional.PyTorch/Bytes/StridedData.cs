namespace Optim.Functional.PyTorch;

/// <summary>A view of other numbers, put row by row when it is first read.</summary>
/// <param name="of">The numbers that it is a view of.</param>
/// <param name="offset">The first element among them.</param>
/// <param name="shape">Its shape.</param>
/// <param name="strides">Elements from one index to the next, of each dimension.</param>
/// <param name="size">Bytes of an element.</param>
sealed class StridedData(TensorData of, long offset, long[] shape, long[] strides, int size) : TensorData
{
    byte[]? rows;

    public override void Read(long at, Span<byte> into) => (rows ??= Gather()).AsSpan((int)at, into.Length).CopyTo(into);

    byte[] Gather()
    {
        var from = new byte[Views.Extent(shape, strides) * size];
        of.Read(offset * size, from);
        var result = new byte[Views.Count(shape) * size];
        var index = new long[shape.Length];
        long place = 0;
        for (var at = 0; at < result.Length; at += size)
        {
            from.AsSpan((int)(place * size), size).CopyTo(result.AsSpan(at));
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                place += strides[d];
                if (++index[d] < shape[d]) break;
                place -= strides[d] * shape[d];
                index[d] = 0;
            }
        }
        return result;
    }
}

/// <summary>Arithmetic of shapes and strides, which cannot overflow.</summary>
static class Views
{
    /// <summary>Elements of a shape; the largest long where there are more.</summary>
    public static long Count(ReadOnlySpan<long> shape)
    {
        Int128 count = 1;
        foreach (var d in shape) count = Int128.Min(count * d, long.MaxValue);
        return (long)count;
    }

    /// <summary>Elements from the first to behind the last one of a view; 0 of an empty one.</summary>
    public static long Extent(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        if (Count(shape) == 0) return 0;
        Int128 last = 0;
        for (var d = 0; d < shape.Length; d++) last = Int128.Min(last + (Int128)(shape[d] - 1) * strides[d], long.MaxValue - 1);
        return (long)last + 1;
    }

    /// <summary>Strides of a shape whose elements stand row by row.</summary>
    public static long[] RowByRow(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        Int128 step = 1;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = (long)step;
            step = Int128.Min(step * Math.Max(shape[d], 1), long.MaxValue);
        }
        return strides;
    }

    /// <summary>Whether the elements stand row by row; of a dimension of one the stride does not matter.</summary>
    public static bool IsRowByRow(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        if (Count(shape) == 0) return true;
        var wanted = RowByRow(shape);
        for (var d = 0; d < shape.Length; d++)
            if (shape[d] != 1 && strides[d] != wanted[d]) return false;
        return true;
    }
}
