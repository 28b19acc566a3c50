namespace Optim.Functional;

/// <summary>A part of a linear combination of vectors, added up in the vectors' type from the first vector on; a factor is rounded to it
/// first, as in torch.</summary>
/// <remarks>Four lanes of what is added up stay in registers while several vectors pass by, read side by side:
/// <see cref="SideBySide"/>.</remarks>
static class Combination<L, T>
    where L : struct, IMemoryLane<L, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>to ← c₀x₀ + Σ cᵢxᵢ from <paramref name="start"/> on; to may be x₀. Meanwhile it asks for what comes next.</summary>
    public static void Set(
        Place<T> to, double c0, Place<T> x0, ReadOnlySpan<double> c, ReadOnlySpan<Place<T>> x, nint start, int n, Ask ask = Ask.Nothing)
    {
        int j = 0, some;
        do
        {
            some = SideBySide.Of(x.Length - j);
            ReadOnlySpan<double> k = c.Slice(j, some);
            ReadOnlySpan<Place<T>> group = x.Slice(j, some), next = ask.After(x, j, some, start, n, out var from);
            var i = next.Length > 0 ? Strips<On>(to, c0, x0, k, group, start, n, next, from) : Strips<Off>(to, c0, x0, k, group, start, n, next, from);
            if (i < n) i = Lanes<L>(to, c0, x0, k, group, start, i, n);
            if (i < n) Lanes<Lane1<T>>(to, c0, x0, k, group, start, i, n);
            (c0, x0) = (1, to);
            j += some;
        }
        while (j < x.Length);
    }

    [MethodImpl(Loop)]
    static int Strips<Ahead>(
        Place<T> to, double c0, Place<T> x0, ReadOnlySpan<double> c, ReadOnlySpan<Place<T>> x, nint start, int n,
        ReadOnlySpan<Place<T>> next, nint after)
        where Ahead : struct, IFlag
    {
        foreach (var vector in x) vector.Check(start, n);
        x0.Check(start, n);
        to.Check(start, n);
        var (k0, w, i) = (L.Of(c0), (nuint)L.Width, 0);
        for (var strip = 4 * L.Width; i + strip <= n; i += strip)
        {
            ref T from = ref x0.From(start + i), sum = ref to.From(start + i);
            L s0 = k0 * L.Load(ref from, 0), s1 = k0 * L.Load(ref from, w);
            L s2 = k0 * L.Load(ref from, 2 * w), s3 = k0 * L.Load(ref from, 3 * w);
            for (var j = 0; j < x.Length; j++)
            {
                var k = L.Of(c[j]);
                ref T v = ref x[j].From(start + i);
                if (Ahead.Set && j < next.Length) CacheLine.Prefetch(ref next[j].From(after + i), strip);
                s0 = L.Fma(k, L.Load(ref v, 0), s0);
                s1 = L.Fma(k, L.Load(ref v, w), s1);
                s2 = L.Fma(k, L.Load(ref v, 2 * w), s2);
                s3 = L.Fma(k, L.Load(ref v, 3 * w), s3);
            }
            L.Store(s0, ref sum, 0);
            L.Store(s1, ref sum, w);
            L.Store(s2, ref sum, 2 * w);
            L.Store(s3, ref sum, 3 * w);
        }
        return i;
    }

    [MethodImpl(Loop)]
    static int Lanes<M>(Place<T> to, double c0, Place<T> x0, ReadOnlySpan<double> c, ReadOnlySpan<Place<T>> x, nint start, int i, int n)
        where M : struct, IMemoryLane<M, T>
    {
        for (; i + M.Width <= n; i += M.Width)
        {
            var sum = M.Of(c0) * M.Load(ref x0.From(start + i), 0);
            for (var j = 0; j < x.Length; j++) sum = M.Fma(M.Of(c[j]), M.Load(ref x[j].From(start + i), 0), sum);
            M.Store(sum, ref to.From(start + i), 0);
        }
        return i;
    }
}
