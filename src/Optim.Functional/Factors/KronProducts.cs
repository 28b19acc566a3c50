namespace Optim.Functional.Rules;

/// <summary>Products and quotients of a tensor with diagonal and triangular matrices along its sides.</summary>
static class KronProducts
{
    /// <summary>to[.., j, ..] ← from[.., j, ..]q[j].</summary>
    public static void Scale<T>(this in Whole<T> x, Side side, Operand<T> from, Operand<T> q, Operand<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, (long)side.Inner);
        for (var o = 0; o < outer; o++)
        {
            if (inner == 1)
            {
                x.Each(new Product(), from.Slice((long)o * size, size), q, to.Slice((long)o * size, size));
                continue;
            }
            for (var j = 0; j < size; j++)
            {
                var (row, into) = (from.Slice((o * (long)size + j) * inner, inner), to.Slice((o * (long)size + j) * inner, inner));
                x.Each(new Pass.Times(double.CreateTruncating(q.Span[j])), row, row, into);
            }
        }
    }

    /// <summary>to[j] ← the mean of all t[.., j, ..]².</summary>
    public static void MeanSquares<T>(this in Whole<T> x, Side side, Operand<T> t, Operand<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, (long)side.Inner);
        if (inner == 1)
        {
            x.As(new(1, outer, size), columnMajor: false).ColumnMeans(default(Term.Square), t, t, to);
            return;
        }
        for (var j = 0; j < size; j++)
        {
            var sum = 0.0;
            for (var o = 0; o < outer; o++) sum += x.SumOfSquares(t.Slice((o * (long)size + j) * inner, inner));
            to.Span[j] = T.CreateTruncating(sum / (outer * inner));
        }
    }

    /// <summary>t ← t' with Σ t'[.., i, ..]q[i, j] = t[.., j, ..], q being upper triangular.</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="side">The side.</param>
    /// <param name="t">The tensor.</param>
    /// <param name="q">The matrix, row by row.</param>
    /// <param name="other">Working memory, as long as the tensor.</param>
    /// <param name="panel">Working memory: so many rows of the matrix as are taken at a time.</param>
    public static void Solve<T>(this in Whole<T> x, Side side, Operand<T> t, Operand<T> q, Operand<T> other, Operand<T> panel)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, side.Inner);
        if (inner == 1)
        {
            SideProducts.Turn<T>(t.Span, outer, size, other.Span);
            SolveRows(x, other, size, outer, q, panel);
            SideProducts.Turn<T>(other.Span, size, outer, t.Span);
            return;
        }
        var length = (long)size * inner;
        for (var o = 0; o < outer; o++) SolveRows(x, t.Slice(o * length, length), size, inner, q, panel);
    }

    /// <summary>The same of rows: what the panels before take away is a product of matrices, what rows of one panel do is added row by
    /// row.</summary>
    static void SolveRows<T>(in Whole<T> x, Operand<T> rows, int n, long length, Operand<T> q, Operand<T> panel)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> Q = q.Span, above = panel.Span;
        for (var start = 0; start < n; start += KronSides.Panel)
        {
            var end = Math.Min(n, start + KronSides.Panel);
            if (start > 0)
            {
                for (var k = 0; k < start; k++)
                    for (var j = start; j < end; j++) above[(j - start) * start + k] = Q[k * n + j];
                Operand<T> solved = rows.Slice(0, start * length), own = rows.Slice(start * length, (end - start) * length);
                x.Multiply(-1, panel.Slice(0, (long)(end - start) * start).AsMatrix(end - start, start),
                    solved.AsMatrix(start, (int)length), 1, own.AsMatrix(end - start, (int)length));
            }
            for (var j = start; j < end; j++)
            {
                var row = rows.Slice(j * length, length);
                for (var k = start; k < j; k++)
                    x.Each(new Pass.Move(-double.CreateTruncating(Q[k * n + j]), 1), row, rows.Slice(k * length, length), to: row);
                x.Each(new Pass.Times(1 / double.CreateTruncating(Q[j * n + j])), row, row, to: row);
            }
        }
    }

    /// <summary>ab.</summary>
    readonly record struct Product : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Step(L a, L b, ref Slots<L> s) => a * b;
        }
    }
}
