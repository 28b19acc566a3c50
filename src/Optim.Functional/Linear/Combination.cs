using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>A block of a linear combination of vectors, added up in the vectors' type from the first vector on; a factor is rounded to it first, as in torch.</summary>
/// <remarks>Four vectors are added at a time: as many streams from memory take little longer than one, and what they are added to stays in cache.</remarks>
static class Combination<L, T>
    where L : struct, IMemoryLane<L, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>to ← c₀x₀ + Σ cᵢxᵢ from <paramref name="start"/> on; to may be x₀.</summary>
    public static void Set(Place<T> to, double c0, Place<T> x0, ReadOnlySpan<double> c, ReadOnlySpan<Place<T>> x, int start, int n) =>
        Set<Off>(to, c0, x0, c, x, start, n);

    /// <summary>The same; with <see cref="On"/> the <paramref name="n"/> elements of each vector that come next are asked for.</summary>
    public static void Set<Ahead>(Place<T> to, double c0, Place<T> x0, ReadOnlySpan<double> c, ReadOnlySpan<Place<T>> x, int start, int n) where Ahead : struct, IFlag
    {
        ref T At(Place<T> vector) => ref vector.At(start, n);
        if (x.Length == 0) Scale<L, Ahead>(c0, ref At(x0), ref At(to), 0, n);
        for (int i = 0, next; i < x.Length; i = next)
        {
            next = i + (x.Length - i) switch { >= 4 => 4, >= 2 => 2, _ => 1 };
            if (next - i == 4) Add<L, Ahead>(c0, ref At(x0), c[i..], ref At(x[i]), ref At(x[i + 1]), ref At(x[i + 2]), ref At(x[i + 3]), ref At(to), 0, n);
            else if (next - i == 2) Add<L, Ahead>(c0, ref At(x0), c[i..], ref At(x[i]), ref At(x[i + 1]), ref At(to), 0, n);
            else Add<L, Ahead>(c0, ref At(x0), c[i], ref At(x[i]), ref At(to), 0, n);
            (c0, x0) = (1, to);
        }
    }

    [MethodImpl(Loop)]
    static void Scale<M, Ahead>(double c0, ref T x0, ref T to, nuint i, int n) where M : struct, IMemoryLane<M, T> where Ahead : struct, IFlag
    {
        var (k0, w, end) = (M.Of(c0), (nuint)M.Width, (nuint)n);
        for (; i + w <= end; i += w)
        {
            if (Ahead.Set) CacheLine.Prefetch(ref x0, i + end);
            M.Store(k0 * M.Load(ref x0, i), ref to, i);
        }
        if (i < end) Scale<Lane1<T>, Off>(c0, ref x0, ref to, i, n);
    }

    [MethodImpl(Loop)]
    static void Add<M, Ahead>(double c0, ref T x0, double c1, ref T x1, ref T to, nuint i, int n) where M : struct, IMemoryLane<M, T> where Ahead : struct, IFlag
    {
        M k0 = M.Of(c0), k1 = M.Of(c1);
        var (w, end) = ((nuint)M.Width, (nuint)n);
        for (; i + w <= end; i += w)
        {
            if (Ahead.Set)
            {
                CacheLine.Prefetch(ref x0, i + end);
                CacheLine.Prefetch(ref x1, i + end);
            }
            M.Store(M.Fma(k1, M.Load(ref x1, i), k0 * M.Load(ref x0, i)), ref to, i);
        }
        if (i < end) Add<Lane1<T>, Off>(c0, ref x0, c1, ref x1, ref to, i, n);
    }

    [MethodImpl(Loop)]
    static void Add<M, Ahead>(double c0, ref T x0, ReadOnlySpan<double> c, ref T x1, ref T x2, ref T to, nuint i, int n) where M : struct, IMemoryLane<M, T> where Ahead : struct, IFlag
    {
        M k0 = M.Of(c0), k1 = M.Of(c[0]), k2 = M.Of(c[1]);
        var (w, end) = ((nuint)M.Width, (nuint)n);
        for (; i + w <= end; i += w)
        {
            if (Ahead.Set)
            {
                CacheLine.Prefetch(ref x0, i + end);
                CacheLine.Prefetch(ref x1, i + end);
                CacheLine.Prefetch(ref x2, i + end);
            }
            M.Store(M.Fma(k2, M.Load(ref x2, i), M.Fma(k1, M.Load(ref x1, i), k0 * M.Load(ref x0, i))), ref to, i);
        }
        if (i < end) Add<Lane1<T>, Off>(c0, ref x0, c, ref x1, ref x2, ref to, i, n);
    }

    [MethodImpl(Loop)]
    static void Add<M, Ahead>(double c0, ref T x0, ReadOnlySpan<double> c, ref T x1, ref T x2, ref T x3, ref T x4, ref T to, nuint i, int n) where M : struct, IMemoryLane<M, T> where Ahead : struct, IFlag
    {
        M k0 = M.Of(c0), k1 = M.Of(c[0]), k2 = M.Of(c[1]), k3 = M.Of(c[2]), k4 = M.Of(c[3]);
        var (w, end) = ((nuint)M.Width, (nuint)n);
        for (; i + w <= end; i += w)
        {
            if (Ahead.Set)
            {
                CacheLine.Prefetch(ref x0, i + end);
                CacheLine.Prefetch(ref x1, i + end);
                CacheLine.Prefetch(ref x2, i + end);
                CacheLine.Prefetch(ref x3, i + end);
                CacheLine.Prefetch(ref x4, i + end);
            }
            var sum = M.Fma(k2, M.Load(ref x2, i), M.Fma(k1, M.Load(ref x1, i), k0 * M.Load(ref x0, i)));
            M.Store(M.Fma(k4, M.Load(ref x4, i), M.Fma(k3, M.Load(ref x3, i), sum)), ref to, i);
        }
        if (i < end) Add<Lane1<T>, Off>(c0, ref x0, c, ref x1, ref x2, ref x3, ref x4, ref to, i, n);
    }
}
