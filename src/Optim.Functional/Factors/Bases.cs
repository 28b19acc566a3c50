namespace Optim.Functional.Rules;

/// <summary>Orthogonal bases of all sides, near the eigenvectors of their factors.</summary>
/// <param name="Sides">The sides.</param>
/// <param name="Factors">Their factors L.</param>
/// <param name="Q">Their bases.</param>
/// <param name="Failed">How often a basis could not be refreshed, one number.</param>
readonly record struct Bases<T>(Sides Sides, Operand<T> Factors, Operand<T> Q, Operand<T> Failed)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes each basis the eigenvectors, by falling eigenvalues; the identity where there are none. Moments begin at 0.</summary>
    public void Begin(Operand<T> m, Operand<T> v)
    {
        m.Fill(T.Zero);
        v.Fill(T.Zero);
        foreach (var side in Sides.Each)
        {
            using var factor = Factors.Slice(side.Offset, side.Area).OpenRead();
            using var basis = Q.Slice(side.Offset, side.Area).OpenWrite();
            var q = basis.Span;
            if (Decomposition.Eigen(factor.Span, side.Size) is { } found) found.CopyTo(q);
            else
            {
                q.Clear();
                for (var i = 0; i < side.Size; i++) q[i * (side.Size + 1)] = T.One;
                Failed.Count();
            }
        }
    }

    /// <summary>One step of orthogonal iteration for each basis: Q of LQ. The first moment is turned with it.</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="m">The first moment, in the bases.</param>
    /// <param name="v">The second one: the columns are put by falling qᵀLq, and it is reordered with them; null: their order stays.</param>
    /// <param name="a">Working memory, as long.</param>
    public void Refresh(in Whole<T> x, Operand<T> m, Operand<T>? v, Operand<T> a)
    {
        var most = Sides.LargestArea;
        Operand<T> product = x.Work(most), next = x.Work(most);
        foreach (var side in Sides.Each)
        {
            Operand<T> LQ = product.Slice(0, side.Area), to = next.Slice(0, side.Area), q = Q.Slice(side.Offset, side.Area);
            x.Multiply(1, side.Of(Factors), side.Of(Q), 0, LQ.AsMatrix(side.Size, side.Size));
            if (Orthogonal(side.Size, q, LQ, to, sorts: v is not null) is not { } order)
            {
                Failed.Count();
                continue;
            }
            x.Along(side, m, side.Of(Q).Transpose, a);
            x.Along(side, a, to.AsMatrix(side.Size, side.Size), m);
            if (v is { } moments)
            {
                moments.CopyTo(a);
                x.Reorder(side, a, order, moments);
            }
            to.CopyTo(q);
        }
    }

    /// <summary>Q of LQ, and the order of its columns; null where there is none.</summary>
    static int[]? Orthogonal(int n, Operand<T> q, Operand<T> LQ, Operand<T> to, bool sorts)
    {
        using var product = LQ.OpenRead();
        using var made = to.OpenWrite();
        int[] order = sorts ? Decomposition.Descending(Quotients(q, product.Span, n)) : [.. Enumerable.Range(0, n)];
        return Decomposition.Orthogonal(product.Span, n, order, made.Span) ? order : null;
    }

    /// <summary>qᵀLq of each column q.</summary>
    static double[] Quotients(Operand<T> of, ReadOnlySpan<T> LQ, int n)
    {
        using var basis = of.OpenRead();
        var q = basis.Span;
        var sums = new double[n];
        for (var i = 0; i < q.Length; i++) sums[i % n] += double.CreateTruncating(q[i]) * double.CreateTruncating(LQ[i]);
        return sums;
    }
}
