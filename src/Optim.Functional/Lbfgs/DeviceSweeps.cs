namespace Optim.Functional;

/// <summary>A device's: products of one vector with all of the history are read together, and four vectors pass by at a time.</summary>
sealed class DeviceSweeps<T>(DeviceBlas<T> blas) : IHistorySweeps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Products that are asked for at a time: those of their blocks are memory of the device.</summary>
    const int AtOnce = 128;

    public IBlas<T> Blas => blas;

    IDeviceEngine<T> Engine => blas.Engine;

    public void Multiply(Place<T>[] s, Place<T>[] y, int m, int n, Span<double> products)
    {
        for (var j = 1; j < m; j++) Multiply(s, j, y[j], n, products.Slice(j * (j - 1) / 2, j));
    }

    /// <summary>x·y of the first vectors x.</summary>
    void Multiply(Place<T>[] xs, int count, Place<T> y, int n, Span<double> products)
    {
        for (int from = 0, some; from < count; from += some)
        {
            some = Math.Min(count - from, AtOnce);
            Engine.BeginSums();
            foreach (var x in xs.AsSpan(from, some)) Engine.AskProduct(x, y, n);
            Engine.ReadSums(products.Slice(from, some));
        }
    }

    public void Learn(
        Place<T> g, Place<T> oldG, double t, Place<T> d, Place<T> y, Place<T> s, Place<T>[] vectors, int count, int n, Span<double> sums)
    {
        blas.Add(g, -1, oldG, y, n);
        blas.Scale(t, d, s, n);
        Multiply(vectors, count, y, n, sums[..count]);
        Multiply(vectors, count, g, n, sums[count..]);
    }

    public void Residual(Place<T> g, double[] minusα, Place<T>[] ys, int m, Place<T> q, int n, Span<double> products)
    {
        Combine(-1, g, minusα, ys, m, q, n);
        Multiply(ys, m, q, n, products);
    }

    public (double Slope, double Largest) Direction(Place<T> g, double γ, double[] δ, Place<T>[] ss, int m, Place<T> d, int n)
    {
        Combine(γ, d, δ, ss, m, d, n);
        Span<double> last = stackalloc double[2];
        Engine.BeginSums();
        Engine.AskProduct(g, d, n);
        Engine.AskLargest(d, n);
        Engine.ReadSums(last);
        return (last[0], last[1]);
    }

    /// <summary>to ← c₀x₀ + Σ cᵢxᵢ, added up as <see cref="Combination{L, T}"/> does; to may be x₀.</summary>
    void Combine(double c0, Place<T> x0, double[] c, Place<T>[] x, int m, Place<T> to, int n)
    {
        var i = 0;
        for (; i + 4 <= m; i += 4)
        {
            Places<T> four = new() { θ = x0, A = x[i], B = x[i + 1], C = x[i + 2], D = x[i + 3] };
            Engine.Pass(new Four(c0, c[i], c[i + 1], c[i + 2], c[i + 3]), new() { From = four, G = x0, End = n }, four with { θ = to }, 1);
            (c0, x0) = (1, to);
        }
        if (i == 0) blas.Scale(c0, x0, to, n);
        for (; i < m; i++) blas.Add(to, c[i], x[i], to, n);
    }

    /// <summary>c₀a + c₁s₁ + c₂s₂ + c₃s₃ + c₄s₄.</summary>
    readonly record struct Four(double C0, double C1, double C2, double C3, double C4) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(C0), L.Of(C1), L.Of(C2), L.Of(C3), L.Of(C4)));

        readonly record struct At<L>(L c0, L c1, L c2, L c3, L c4) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 4;

            public L Step(L a, L b, ref Slots<L> s) =>
                L.Fma(c4, s.S4, L.Fma(c3, s.S3, L.Fma(c2, s.S2, L.Fma(c1, s.S1, c0 * a))));
        }
    }
}
