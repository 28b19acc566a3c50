namespace Optim.Functional;

/// <summary>The two loops for vectors that do not stay in cache, in three sweeps over the history: S, Y, and S again.</summary>
/// <remarks>
/// In the loops sᵢ·q and yᵢ·d wait for the vector before; here they are made of products with vectors that are there before the loop:
/// sᵢ·q = -sᵢ·g - Σ αⱼ sᵢ·yⱼ over the newer pairs, yᵢ·d = γ yᵢ·q + Σ (αⱼ - βⱼ) sⱼ·yᵢ over the older ones, the sᵢ·yⱼ being kept with the
/// pairs. So a loop's products take one reading of the history, the two loops 3m vectors of it, and not 8m.
/// </remarks>
sealed class LbfgsSweeps<T> : ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The products of so many pairs take as much memory as 8 MiB of vectors; of more, the loops as they stand are used.</summary>
    public const int MostPairs = 1024;

    double[] learned = [], α = [], δ = [], yq = [];
    Place<T>[] vectors = [];
    int first; // of the sᵢ·g of the pairs that are kept, in what was learned
    long? trial;

    readonly OwnBlas<T> own = new();

    public Execution How
    {
        get => own.How;
        set => own.How = value;
    }

    public double Learn(Place<T> g, Place<T> oldG, double t, Place<T> d, CurvaturePairs<T> pairs, LBFGS rule, double γ)
    {
        pairs.Multiply(How);
        trial = SideBySide.Begin(pairs.Length, pairs.Count);
        var n = pairs.Count;
        var (y, s) = pairs.Fresh(rule.HistorySize);
        pairs.S.AsSpan(0, n).CopyTo(Room(ref vectors, pairs.Capacity + 2));
        vectors[n] = s;
        vectors[n + 1] = y;
        var sums = Room(ref learned, 2 * (pairs.Capacity + 2))[..(2 * (n + 2))];
        Sweep<T>.Run(new Learning(g, oldG, t, d, y, s, vectors, n + 2), pairs.Length, sums, How);
        var curvature = Curvature<T>.Of(y, s, pairs.Length, sums[n], sums[n + 1], rule.Relative, own);
        if (curvature.IsKept) pairs.Keep(curvature.Value, rule.HistorySize, sums[..n]);
        first = n + 2 + (curvature.IsKept ? n + 1 - pairs.Count : 0);
        return curvature.IsKept ? curvature.Scale : γ;
    }

    public (double Slope, double Largest) Direct(Place<T> g, CurvaturePairs<T> pairs, double γ, Place<T> d)
    {
        var (m, ρ) = (pairs.Count, pairs.Ro);
        Room(ref α, pairs.Capacity);
        Room(ref δ, pairs.Capacity);
        for (var i = m - 1; i >= 0; i--)
        {
            var sq = -learned[first + i];
            for (var j = m - 1; j > i; j--) sq += α[j] * pairs.SY(i, j);
            α[i] = -ρ[i] * sq; // of -αᵢ, as q takes it
        }
        var products = Room(ref yq, pairs.Capacity);
        Sweep<T>.Run(new Residual(g, α, pairs.Y, m, d), pairs.Length, products, How);
        for (var i = 0; i < m; i++)
        {
            var yd = γ * products[i];
            for (var j = 0; j < i; j++) yd += δ[j] * pairs.SY(j, i);
            δ[i] = -α[i] - ρ[i] * yd;
        }
        Span<double> last = stackalloc double[2];
        Sweep<T>.Run(new Direction(g, γ, δ, pairs.S, m, d), pairs.Length, last, How, largest: 1);
        SideBySide.End(trial, pairs.Length, m);
        trial = null;
        return (last[0], last[1]);
    }

    static Span<E> Room<E>(ref E[] array, int length)
    {
        if (array.Length < length) array = new E[length];
        return array.AsSpan(0, length);
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
    readonly struct Residual(Place<T> g, double[] minusα, Place<T>[] ys, int m, Place<T> q) : ISweep<T>
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
    readonly struct Direction(Place<T> g, double γ, double[] δ, Place<T>[] ss, int m, Place<T> d) : ISweep<T>
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
