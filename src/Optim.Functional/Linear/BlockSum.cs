namespace Optim.Functional;

/// <summary>What is summed up over two vectors x and y, in double.</summary>
interface ITerm
{
    static abstract D Add<D, W, T>(D sum, ref T x, ref T y, nuint i)
        where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> where T : unmanaged;
}

/// <summary>x·y.</summary>
readonly struct Product : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Add<D, W, T>(D sum, ref T x, ref T y, nuint i)
        where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> where T : unmanaged =>
        D.Fma(W.Load(ref x, i), W.Load(ref y, i), sum);
}

/// <summary>x.</summary>
readonly struct Value : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Add<D, W, T>(D sum, ref T x, ref T y, nuint i)
        where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> where T : unmanaged =>
        sum + W.Load(ref x, i);
}

/// <summary>x·x.</summary>
readonly struct Square : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Add<D, W, T>(D sum, ref T x, ref T y, nuint i)
        where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> where T : unmanaged
    {
        var e = W.Load(ref x, i);
        return D.Fma(e, e, sum);
    }
}

/// <summary>Σ |x|.</summary>
readonly struct Magnitude : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Add<D, W, T>(D sum, ref T x, ref T y, nuint i)
        where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> where T : unmanaged =>
        sum + D.Abs(W.Load(ref x, i));
}

/// <summary>The sum over one block, the same bits for every lane.</summary>
/// <remarks>
/// A block is read as rows of 32 elements, and each of the 32 columns has a sum of its own, from the first row down; the columns are then
/// added in pairs, 16 apart, 8, 4, 2, 1. Four lanes walk down the rows side by side: that is the whole row for 512 bits, half of it for
/// 256, which then walks down the block a second time, while it is in cache.
/// </remarks>
static class BlockSum
{
    public const int Row = 32;

    /// <summary>Elements of a block: few enough that a dozen vectors' stay in a core's own caches, enough that memory is read in long
    /// runs.</summary>
    public const int Length = 8192;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Run<S, D, W, T>(ref T x, ref T y, int n)
        where S : struct, ITerm
        where D : struct, IMemoryLane<D, double>
        where W : struct, IWiden<D, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> columns = stackalloc double[Row];
        ref var sums = ref columns[0];
        var (w, rows) = ((nuint)W.Width, (nuint)(n - n % Row));
        for (nuint c = 0; rows > 0 && c < Row; c += 4 * w)
        {
            D s0 = D.Of(0), s1 = s0, s2 = s0, s3 = s0;
            for (var i = c; i < rows; i += Row)
            {
                s0 = S.Add<D, W, T>(s0, ref x, ref y, i);
                s1 = S.Add<D, W, T>(s1, ref x, ref y, i + w);
                s2 = S.Add<D, W, T>(s2, ref x, ref y, i + 2 * w);
                s3 = S.Add<D, W, T>(s3, ref x, ref y, i + 3 * w);
            }
            Put(s0, s1, s2, s3, ref sums, c, w);
        }
        Rest<S, T>(ref x, ref y, rows, n, columns);
        return Join(columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<D>(D s0, D s1, D s2, D s3, ref double sums, nuint at, nuint w) where D : struct, IMemoryLane<D, double>
    {
        D.Store(s0, ref sums, at);
        D.Store(s1, ref sums, at + w);
        D.Store(s2, ref sums, at + 2 * w);
        D.Store(s3, ref sums, at + 3 * w);
    }

    /// <summary>The last, shorter row.</summary>
    static void Rest<S, T>(ref T x, ref T y, nuint from, int n, Span<double> columns)
        where S : struct, ITerm where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = from; i < (nuint)n; i++)
        {
            ref var sum = ref columns[(int)(i - from)];
            sum = Unsafe.BitCast<Lane1<double>, double>(S.Add<Lane1<double>, Widen1<T>, T>(new(sum), ref x, ref y, i));
        }
    }

    static double Join(Span<double> columns)
    {
        for (var half = Row / 2; half > 0; half /= 2)
            for (var c = 0; c < half; c++) columns[c] += columns[c + half];
        return columns[0];
    }
}
