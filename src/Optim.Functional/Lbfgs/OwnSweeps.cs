namespace Optim.Functional;

/// <summary>The processor's: the same bits for any number of threads and any lane.</summary>
sealed class OwnSweeps<T>(OwnBlas<T> blas) : IHistorySweeps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    long? trial;

    public IBlas<T> Blas => blas;

    Execution How => blas.How;

    public void Multiply(Place<T>[] s, Place<T>[] y, int m, int n, Span<double> products) =>
        Sweep<T>.Run(new AllProducts<T>(s, y, m), n, products, How);

    public void Learn(
        Place<T> g, Place<T> oldG, double t, Place<T> d, Place<T> y, Place<T> s, Place<T>[] vectors, int count, int n, Span<double> sums)
    {
        trial = SideBySide.Begin(n, count - 2);
        Sweep<T>.Run(new Learning(g, oldG, t, d, y, s, vectors, count), n, sums, How);
    }

    public void Residual(Place<T> g, double[] minusα, Place<T>[] ys, int m, Place<T> q, int n, Span<double> products) =>
        Sweep<T>.Run(new Remaining(g, minusα, ys, m, q), n, products, How);

    public (double Slope, double Largest) Direction(Place<T> g, double γ, double[] δ, Place<T>[] ss, int m, Place<T> d, int n)
    {
        Span<double> last = stackalloc double[2];
        Sweep<T>.Run(new Directing(g, γ, δ, ss, m, d), n, last, How, largest: 1);
        SideBySide.End(trial, n, m);
        trial = null;
        return (last[0], last[1]);
    }

    /// <summary>y, s; then the products with y, and with g, of all vectors: the older sᵢ, s and y.</summary>
    readonly struct Learning(Place<T> g, Place<T> oldG, double t, Place<T> d, Place<T> y, Place<T> s, Place<T>[] vectors, int count)
        : ISweep<T>
    {
        public static int Length => Sweep<T>.Chunk;

        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var minus = -1.0; // not a literal in the span: unoptimised code allocates for one
            Combination<L, T>.Set(y, 1, g, [minus], [oldG], start, length);
            Combination<L, T>.Set(s, t, d, [], [], start, length);
            var (ask, part) = SideBySide.Once<T>();
            var room = Math.Min(count, Products<D, W, T>.AtOnce / 2) * Products<D, W, T>.Row;
            Span<double> ofY = stackalloc double[room], ofG = stackalloc double[room];
            for (int first = 0, some; first < count; first += some)
            {
                some = Math.Min(count - first, Products<D, W, T>.AtOnce / 2);
                ofY.Clear();
                ofG.Clear();
                for (int done = 0, n; done < length; done += n)
                {
                    n = Math.Min(part, length - done);
                    Products<D, W, T>.Add<On>(vectors.AsSpan(first, some), y, g, start + done, n, ofY, ofG, ask);
                }
                Products<D, W, T>.Join(ofY, sums.Slice(first, some));
                Products<D, W, T>.Join(ofG, sums.Slice(count + first, some));
            }
        }
    }

    /// <summary>q = -g - Σ αᵢyᵢ; then all yᵢ·q.</summary>
    readonly struct Remaining(Place<T> g, double[] minusα, Place<T>[] ys, int m, Place<T> q) : ISweep<T>
    {
        public static int Length => Sweep<T>.Chunk;

        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (ask, then, part) = SideBySide.Twice<T>(m, Products<D, W, T>.Strip);
            Span<double> columns = stackalloc double[Math.Min(m, Products<D, W, T>.AtOnce) * Products<D, W, T>.Row];
            for (int from = 0, some; from == 0 || from < m; from += Math.Max(1, some))
            {
                some = Math.Min(m - from, Products<D, W, T>.AtOnce);
                columns.Clear();
                for (int done = 0, n; done < length; done += n)
                {
                    n = Math.Min(part, length - done);
                    var at = start + done;
                    if (from == 0) Combination<L, T>.Set(q, -1, g, minusα.AsSpan(0, m), ys.AsSpan(0, m), at, n, ask);
                    Products<D, W, T>.Add<Off>(ys.AsSpan(from, some), q, q, at, n, columns, columns, then);
                }
                Products<D, W, T>.Join(columns, sums.Slice(from, some));
            }
        }
    }

    /// <summary>d = γq + Σ δᵢsᵢ; then g·d and max |d|.</summary>
    readonly struct Directing(Place<T> g, double γ, double[] δ, Place<T>[] ss, int m, Place<T> d) : ISweep<T>
    {
        public static int Length => Sweep<T>.Chunk;

        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (ask, part) = SideBySide.Once<T>();
            for (int done = 0, n; done < length; done += n)
            {
                n = Math.Min(part, length - done);
                Combination<L, T>.Set(d, γ, d, δ.AsSpan(0, m), ss.AsSpan(0, m), start + done, n, ask);
            }
            for (int done = 0, n; done < length; done += n)
            {
                n = Math.Min(BlockSum.Length, length - done);
                var i = start + done;
                sums[0] += BlockSum.Run<Product, D, W, T>(ref g.At(i, n), ref d.At(i, n), n);
                sums[1] = Math.Max(sums[1], BlockMax.Run(ref d.At(i, n), n));
            }
        }
    }
}
