namespace Optim.Functional;

/// <summary>Products of many vectors with one or two over a chunk, made part by part; the columns of each stand in memory
/// meanwhile.</summary>
/// <remarks>
/// As in <see cref="BlockSum"/> elements are read in rows whose columns are summed up from the first row on, but a row is 8 elements, in
/// double one lane of 512 bits. So each sum is wrong by at most 4099 + log₂(n / 32768) roundings of the sum of the terms' sizes: 4096 rows,
/// 3 halvings, then one for each doubling of the chunks. Eight rows of the one or two stay in registers while several vectors pass by, read
/// side by side: <see cref="SideBySide"/>.
/// </remarks>
static class Products<D, W, T>
    where D : struct, IMemoryLane<D, double>
    where W : struct, IWiden<D, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns of a sum.</summary>
    public const int Row = 8;

    /// <summary>Sums whose columns stand side by side on the stack; of longer histories those are made by turns.</summary>
    public const int AtOnce = 256;

    /// <summary>Elements whose doubles stay in registers.</summary>
    public const int Strip = 8 * Row;

    /// <summary>Adds <paramref name="n"/> elements, from <paramref name="at"/> on, to the columns of all x·y, and asks for what comes next meanwhile.</summary>
    /// <typeparam name="Both">Whether to those of all x·g as well.</typeparam>
    public static void Add<Both>(
        ReadOnlySpan<Place<T>> x, Place<T> y, Place<T> g, nint at, int n, Span<double> ofY, Span<double> ofG, Ask ask)
        where Both : struct, IFlag
    {
        for (int j = 0, some; j < x.Length; j += some)
        {
            some = SideBySide.Of(x.Length - j);
            var (start, length) = (j * Row, some * Row);
            Span<double> columns = ofY.Slice(start, length), others = Both.Set ? ofG.Slice(start, length) : [];
            var next = ask.After(x, j, some, at, n, out var from);
            if (next.Length > 0) Strips<Both, On>(x.Slice(j, some), y, g, at, n, columns, others, next, from);
            else Strips<Both, Off>(x.Slice(j, some), y, g, at, n, columns, others, next, from);
        }
    }

    /// <summary>Adds what the columns hold, 4 apart first, then 2, then 1, to the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(ReadOnlySpan<double> columns, Span<double> sums)
    {
        for (var k = 0; k < sums.Length; k++)
        {
            var c = columns.Slice(k * Row, Row);
            sums[k] += c[0] + c[4] + (c[2] + c[6]) + (c[1] + c[5] + (c[3] + c[7]));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Strips<Both, Ahead>(
        ReadOnlySpan<Place<T>> x, Place<T> y, Place<T> g, nint at, int n, Span<double> ofY, Span<double> ofG,
        ReadOnlySpan<Place<T>> next, nint from)
        where Both : struct, IFlag where Ahead : struct, IFlag
    {
        foreach (var vector in x) vector.Check(at, n);
        y.Check(at, n);
        g.Check(at, n);
        var i = 0;
        for (; i + Strip <= n; i += Strip)
            for (nuint k = 0; k < Row; k += (nuint)W.Width)
            {
                ref T a = ref y.From(at + i), b = ref g.From(at + i);
                D y0 = W.Load(ref a, k), y1 = W.Load(ref a, k + Row), y2 = W.Load(ref a, k + 2 * Row), y3 = W.Load(ref a, k + 3 * Row);
                D y4 = W.Load(ref a, k + 4 * Row), y5 = W.Load(ref a, k + 5 * Row);
                D y6 = W.Load(ref a, k + 6 * Row), y7 = W.Load(ref a, k + 7 * Row);
                D g0 = W.Load(ref b, k), g1 = W.Load(ref b, k + Row), g2 = W.Load(ref b, k + 2 * Row), g3 = W.Load(ref b, k + 3 * Row);
                D g4 = W.Load(ref b, k + 4 * Row), g5 = W.Load(ref b, k + 5 * Row);
                D g6 = W.Load(ref b, k + 6 * Row), g7 = W.Load(ref b, k + 7 * Row);
                for (var j = 0; j < x.Length; j++)
                {
                    ref T v = ref x[j].From(at + i);
                    if (Ahead.Set && k == 0 && j < next.Length) CacheLine.Prefetch(ref next[j].From(from + i), Strip);
                    D v0 = W.Load(ref v, k), v1 = W.Load(ref v, k + Row), v2 = W.Load(ref v, k + 2 * Row), v3 = W.Load(ref v, k + 3 * Row);
                    D v4 = W.Load(ref v, k + 4 * Row), v5 = W.Load(ref v, k + 5 * Row);
                    D v6 = W.Load(ref v, k + 6 * Row), v7 = W.Load(ref v, k + 7 * Row);
                    ref var sum = ref ofY[j * Row];
                    var vy = D.Fma(v3, y3, D.Fma(v2, y2, D.Fma(v1, y1, D.Fma(v0, y0, D.Load(ref sum, k)))));
                    D.Store(D.Fma(v7, y7, D.Fma(v6, y6, D.Fma(v5, y5, D.Fma(v4, y4, vy)))), ref sum, k);
                    if (!Both.Set) continue;
                    sum = ref ofG[j * Row];
                    var vg = D.Fma(v3, g3, D.Fma(v2, g2, D.Fma(v1, g1, D.Fma(v0, g0, D.Load(ref sum, k)))));
                    D.Store(D.Fma(v7, g7, D.Fma(v6, g6, D.Fma(v5, g5, D.Fma(v4, g4, vg)))), ref sum, k);
                }
            }
        for (; i < n; i++)
            for (var j = 0; j < x.Length; j++)
            {
                var (v, column) = (x[j].From(at + i), j * Row + i % Row);
                ofY[column] = Fma(v, y.From(at + i), ofY[column]);
                if (Both.Set) ofG[column] = Fma(v, g.From(at + i), ofG[column]);
            }
    }

    static double Fma(T a, T b, double c) => Math.FusedMultiplyAdd(double.CreateTruncating(a), double.CreateTruncating(b), c);
}
