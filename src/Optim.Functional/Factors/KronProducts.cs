namespace Optim.Functional.Rules;

/// <summary>Products and quotients of a tensor with diagonal and triangular matrices along its sides.</summary>
static class KronProducts
{
    /// <summary>to[.., j, ..] ← from[.., j, ..]q[j].</summary>
    public static void Scale<T>(this in Whole<T> x, Side side, Operand<T> from, Operand<T> q, Operand<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = (side.Outer, side.Size, side.Inner);
        if (inner == 1)
        {
            x.EachInLines(new Scaled(), from, to, new(1, outer, size), q, ofLines: false);
            return;
        }
        var length = (long)size * inner;
        for (var o = 0; o < outer; o++)
        {
            var (own, into) = (from.Slice(o * length, length), to.Slice(o * length, length));
            x.EachInLines(new Scaled(), own, into, new(1, size, inner), q, ofLines: true);
        }
    }

    /// <summary>to ← 1/of.</summary>
    public static void Inverse<T>(this in Whole<T> x, Operand<T> of, Operand<T> to) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Each(new Inverted(), of, of, to);

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
        using var means = to.OpenWrite();
        for (var j = 0; j < size; j++)
        {
            var sum = 0.0;
            for (var o = 0; o < outer; o++) sum += x.SumOfSquares(t.Slice((o * (long)size + j) * inner, inner));
            means.Span[j] = T.CreateTruncating(sum / (outer * inner));
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
            x.Turn(t, outer, size, other);
            SolveRows(x, other, size, outer, q, panel);
            x.Turn(other, size, outer, t);
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
        using var opened = q.OpenRead();
        var Q = opened.Span;
        for (var start = 0; start < n; start += KronSides.Panel)
        {
            var end = Math.Min(n, start + KronSides.Panel);
            if (start > 0)
            {
                x.Copy(q.From(start), new(1, n), panel, new(start, 1), end - start, start);
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

    /// <summary>a times the number of its line or place.</summary>
    readonly record struct Scaled : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => a * s.S1;
        }
    }

    /// <summary>1/a.</summary>
    readonly record struct Inverted : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(1)));

        readonly record struct At<L>(L One) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => One / a;
        }
    }
}
