namespace Optim.Functional.Rules;

/// <summary>Products of a tensor with matrices along its sides, made of products of matrices.</summary>
static class SideProducts
{
    /// <summary>The side's matrix in a slot of all factors.</summary>
    public static MatrixOperand<T> Of<T>(this Side side, Operand<T> factors) where T : unmanaged, IFloatingPointIeee754<T> =>
        factors.Slice(side.Offset, side.Area).AsMatrix(side.Size, side.Size);

    /// <summary>to[.., j, ..] ← Σ from[.., i, ..] m[i, j].</summary>
    public static void Along<T>(this in Whole<T> x, Side side, Operand<T> from, MatrixOperand<T> m, Operand<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, side.Inner);
        if (inner == 1)
        {
            x.Multiply(1, from.AsMatrix(outer, size), m, 0, to.AsMatrix(outer, size));
            return;
        }
        var length = (long)size * inner;
        for (var o = 0; o < outer; o++)
        {
            var (x0, y0) = (from.Slice(o * length, length), to.Slice(o * length, length));
            x.Multiply(1, m.Transpose, x0.AsMatrix(size, inner), 0, y0.AsMatrix(size, inner));
        }
    }

    /// <summary>S[i, j] ← wΣ g[.., i, ..] g[.., j, ..] + βS[i, j].</summary>
    public static void Gram<T>(this in Whole<T> x, Side side, Operand<T> g, double w, double β, MatrixOperand<T> s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, side.Inner);
        if (inner == 1)
        {
            x.MultiplySymmetric(w, g.AsMatrix(outer, size).Transpose, β, s);
            return;
        }
        var length = (long)size * inner;
        for (var o = 0; o < outer; o++)
            x.MultiplySymmetric(w, g.Slice(o * length, length).AsMatrix(size, inner), o == 0 ? β : 1, s);
    }

    /// <summary>to[j] ← the mean of from[.., j, ..]².</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="side">The side of the j.</param>
    /// <param name="from">As long as the parameter.</param>
    /// <param name="to">As long as the side.</param>
    /// <param name="part">Working memory, as long as the parameter.</param>
    public static void MeanSquares<T>(this in Whole<T> x, Side side, Operand<T> from, Operand<T> to, Operand<T> part)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, side.Inner);
        if (inner == 1)
        {
            x.As(new(1, outer, size), columnMajor: false).ColumnMeans(default(Term.Square), from, from, to);
            return;
        }
        var means = part.Slice(0, (long)outer * size);
        x.As(new(1, outer * size, inner), columnMajor: false).RowMeans(default(Term.Square), from, from, means);
        x.As(new(1, outer, size), columnMajor: false).ColumnMeans(default(Term.Value), means, means, to);
    }

    /// <summary>A tensor along all sides by their matrices, there or back; <paramref name="other"/> is as long, and they change
    /// places.</summary>
    public static void Project<T>(
        this in Whole<T> x, Sides sides, Operand<T> factors, bool back, ref Operand<T> tensor, ref Operand<T> other)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var side in sides.Each)
        {
            var q = side.Of(factors);
            x.Along(side, tensor, back ? q.Transpose : q, other);
            (tensor, other) = (other, tensor);
        }
    }

    /// <summary>to[.., j, ..] ← from[.., order[j], ..].</summary>
    public static void Reorder<T>(this in Whole<T> x, Side side, Operand<T> from, ReadOnlySpan<int> order, Operand<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var apart = new Pitch(side.Size * side.Inner, 1);
        for (var j = 0; j < side.Size; j++)
            x.Copy(from.From((long)order[j] * side.Inner), apart, to.From((long)j * side.Inner), apart, side.Outer, side.Inner);
    }

    /// <summary>One more that failed.</summary>
    public static void Count<T>(this Operand<T> failed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var count = failed.Open();
        count.Span[0]++;
    }
}
