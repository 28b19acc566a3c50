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
        m.Span.Clear();
        v.Span.Clear();
        foreach (var side in Sides.Each)
        {
            var q = Q.Slice(side.Offset, side.Area).Span;
            if (Decomposition.Eigen<T>(Factors.Slice(side.Offset, side.Area).Span, side.Size) is { } found) found.CopyTo(q);
            else
            {
                q.Clear();
                for (var i = 0; i < side.Size; i++) q[i * (side.Size + 1)] = T.One;
                Failed.Span[0]++;
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
            int[] order = v is null ? [.. Enumerable.Range(0, side.Size)] : Decomposition.Descending(Quotients(q.Span, LQ.Span, side.Size));
            if (!Decomposition.Orthogonal<T>(LQ.Span, side.Size, order, to.Span))
            {
                Failed.Span[0]++;
                continue;
            }
            x.Along(side, m, side.Of(Q).Transpose, a);
            x.Along(side, a, to.AsMatrix(side.Size, side.Size), m);
            if (v is { } moments)
            {
                moments.Span.CopyTo(a.Span);
                SideProducts.Reorder<T>(side, a.Span, order, moments.Span);
            }
            to.Span.CopyTo(q.Span);
        }
    }

    /// <summary>qᵀLq of each column q.</summary>
    static double[] Quotients(ReadOnlySpan<T> q, ReadOnlySpan<T> LQ, int n)
    {
        var sums = new double[n];
        for (var i = 0; i < q.Length; i++) sums[i % n] += double.CreateTruncating(q[i]) * double.CreateTruncating(LQ[i]);
        return sums;
    }
}
