namespace Optim.Functional.Rules;

/// <summary>Triangular or diagonal factors Q of all sides, whose QᵀQ whitens a gradient.</summary>
/// <param name="Sides">The sides.</param>
/// <param name="Q">The factors.</param>
/// <param name="Failed">How often a factor could not be updated, one number.</param>
readonly record struct KronFactors<T>(KronSides Sides, Operand<T> Q, Operand<T> Failed) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The smallest normal number.</summary>
    static readonly double least = Math.ScaleB(1, typeof(T) == typeof(float) ? -126 : -1022);

    /// <summary>Multiples of the identity, whose product over the sides is the scale.</summary>
    public void Begin(double scale)
    {
        var first = T.CreateTruncating(Math.Pow(scale, 1.0 / Sides.Each.Length));
        foreach (var side in Sides.Each)
        {
            using var opened = side.Of(Q).OpenWrite();
            var q = opened.Span;
            q.Fill(side.IsTriangular ? T.Zero : first);
            for (var i = 0; side.IsTriangular && i < side.At.Size; i++) q[i * (side.At.Size + 1)] = first;
        }
    }

    /// <summary>Scales the factors so that their largest elements are of one size; their product stays.</summary>
    public void Balance(in Whole<T> x)
    {
        if (Sides.Each.Length == 1) return;
        var mean = 0.0;
        foreach (var side in Sides.Each) mean += Math.Log(Largest(side.Of(Q), 1)) / Sides.Each.Length;
        if (!double.IsFinite(mean)) return;
        foreach (var side in Sides.Each)
        {
            var q = side.Of(Q);
            x.Each(new Pass.Times(Math.Exp(mean) / Largest(q, 1)), q, q, to: q);
        }
    }

    /// <summary>A tensor along all sides by Q, or back by Qᵀ; <paramref name="other"/> is as long, and they change places.</summary>
    public void Apply(in Whole<T> x, bool back, ref Operand<T> tensor, ref Operand<T> other)
    {
        foreach (var side in Sides.Each)
        {
            if (side.IsTriangular) x.Along(side.At, tensor, back ? side.At.Of(Q) : side.At.Of(Q).Transpose, other);
            else x.Scale(side.At, tensor, side.Of(Q), other);
            (tensor, other) = (other, tensor);
        }
    }

    /// <summary>Q ← Q - μ·triu(AAᵀ - BBᵀ)Q/ℓ for each side, A being a tensor along all Q, B another one along all Q⁻ᵀ, and ℓ a lower bound
    /// of AAᵀ + BBᵀ's norm. All see the Q from before. One that would not be finite stays, and is counted.</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="μ">The rate.</param>
    /// <param name="a">What becomes A.</param>
    /// <param name="b">What becomes B.</param>
    /// <param name="other">Working memory, as long.</param>
    public void Update(in Whole<T> x, double μ, Operand<T> a, Operand<T> b, Operand<T> other)
    {
        Operand<T> s1 = x.Work(Sides.Largest), s2 = x.Work(Sides.Largest), panel = x.Work(Sides.Panels);
        Apply(x, back: false, ref a, ref other);
        foreach (var side in Sides.Each)
        {
            if (side.IsTriangular)
            {
                x.Solve(side.At, b, side.Of(Q), other, panel);
                continue;
            }
            Operand<T> q = side.Of(Q), inverse = s1.Slice(0, side.Length);
            x.Inverse(q, inverse);
            x.Scale(side.At, b, inverse, other);
            (b, other) = (other, b);
        }
        foreach (var side in Sides.Each)
        {
            Operand<T> first = s1.Slice(0, side.Length), next = s2.Slice(0, side.Length);
            if (side.IsTriangular) Triangular(x, side, μ, a, b, first, next, panel);
            else Diagonal(x, side, μ, a, b, first, next);
            if (IsFinite(next)) next.CopyTo(side.Of(Q));
            else Failed.Count();
        }
    }

    void Triangular(in Whole<T> x, KronSide side, double μ, Operand<T> a, Operand<T> b, Operand<T> first, Operand<T> next, Operand<T> panel)
    {
        var n = side.At.Size;
        MatrixOperand<T> difference = first.AsMatrix(n, n), sum = next.AsMatrix(n, n);
        x.Gram(side.At, a, 1, 0, difference);
        first.CopyTo(next);
        x.Gram(side.At, b, -1, 1, difference);
        x.Gram(side.At, b, 1, 1, sum);
        for (var i = 1; i < n; i++) first.Slice((long)i * n, i).Fill(T.Zero);
        x.Each(new Pass.Divide(Math.Max(Norm(x, next, n, panel), least)), first, first, to: first);
        side.Of(Q).CopyTo(next);
        x.Multiply(-μ, difference, side.At.Of(Q), 1, sum);
    }

    /// <summary>The same of a diagonal, whose norm is its largest element. Both sums are divided by as much.</summary>
    void Diagonal(in Whole<T> x, KronSide side, double μ, Operand<T> a, Operand<T> b, Operand<T> first, Operand<T> next)
    {
        x.MeanSquares(side.At, a, first);
        x.MeanSquares(side.At, b, next);
        using ReadOnlyWindow<T> ofA = first.OpenRead(), old = side.Of(Q).OpenRead();
        using var ofB = next.Open();
        ReadOnlySpan<T> A = ofA.Span, q = old.Span;
        var B = ofB.Span;
        var most = least;
        for (var j = 0; j < q.Length; j++) most = Math.Max(most, double.CreateTruncating(A[j] + B[j]));
        var rate = T.CreateTruncating(μ);
        for (var j = 0; j < q.Length; j++) B[j] = q[j] - rate * (A[j] - B[j]) / T.CreateTruncating(most) * q[j];
    }

    /// <summary>A lower bound of the norm of S, symmetric and positive: a step and a half of the power method from its largest column. S is
    /// divided by its largest element.</summary>
    static double Norm(in Whole<T> x, Operand<T> s, int n, Operand<T> panel)
    {
        var most = Largest(s, n + 1);
        if (!(most > 0)) return most;
        x.Each(new Pass.Divide(most), s, s, to: s);
        var (column, longest) = (0, 0.0);
        for (var j = 0; j < n; j++)
        {
            var length = x.SumOfSquares(s.Slice((long)j * n, n));
            if (length > longest) (column, longest) = (j, length);
        }
        Operand<T> u = panel.Slice(0, n), w = panel.Slice(n, n);
        x.Multiply(1, s.AsMatrix(n, n), s.Slice((long)column * n, n).AsMatrix(n, 1), 0, u.AsMatrix(n, 1));
        x.Each(new Pass.Divide(Math.Sqrt(x.SumOfSquares(u))), u, u, to: u);
        x.Multiply(1, s.AsMatrix(n, n), u.AsMatrix(n, 1), 0, w.AsMatrix(n, 1));
        return most * Math.Sqrt(x.SumOfSquares(w));
    }

    /// <summary>The largest size, of every so many-th number; NaN where one is.</summary>
    static double Largest(Operand<T> of, int apart)
    {
        using var numbers = of.OpenRead();
        var most = T.Zero;
        for (var i = 0; i < numbers.Span.Length; i += apart) most = T.Max(most, T.Abs(numbers.Span[i]));
        return double.CreateTruncating(most);
    }

    static bool IsFinite(Operand<T> of)
    {
        using var numbers = of.OpenRead();
        foreach (var x in numbers.Span)
            if (!T.IsFinite(x)) return false;
        return true;
    }
}
