namespace Optim.Functional;

/// <summary>Work on vectors of equal length, one block of them after another, that gives sums.</summary>
interface ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a block: a divisor of <see cref="Sweep{T}.Chunk"/>.</summary>
    static virtual int Length => BlockSum.Length;

    /// <summary>Adds the block's sums to <paramref name="sums"/>.</summary>
    /// <typeparam name="L">The lane of elements.</typeparam>
    /// <typeparam name="D">The lane of doubles that sums are made in.</typeparam>
    /// <typeparam name="W">How elements become doubles.</typeparam>
    void Block<L, D, W>(nint start, int length, Span<double> sums)
        where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>;
}

/// <summary>Runs a sweep over chunks of the vectors, on several threads, and adds up the chunks' sums.</summary>
/// <remarks>
/// Which elements make up a block and a chunk is fixed, and so is the order in which their sums are added: the blocks of a chunk one after
/// another, the chunks in pairs, neighbours first. So neither threads nor lanes change a bit.
/// </remarks>
static class Sweep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a chunk, whole blocks: few enough that two or three vectors' stay in a core's second cache while others pass
    /// by.</summary>
    public const int Chunk = 4 * BlockSum.Length;

    [ThreadStatic] static double[]? kept;

    /// <param name="body">The work.</param>
    /// <param name="n">Length of the vectors.</param>
    /// <param name="sums">The sums, each the total at its place; a NaN is always the same one.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="largest">How many of them, the last ones, are maxima.</param>
    public static void Run<S>(in S body, nint n, Span<double> sums, Execution how, int largest = 0) where S : struct, ISweep<T>
    {
        var chunks = (int)nint.Max(1, (n + Chunk - 1) / Chunk);
        var parts = Parts(chunks * sums.Length);
        LaneWork<T>.Run(new Work<S>(body, n, parts, sums.Length), chunks, n, how);
        Pairs.Join(parts, chunks, sums.Length, largest);
        for (var k = 0; k < sums.Length; k++) sums[k] = double.IsNaN(parts[k]) ? double.NaN : parts[k];
    }

    /// <summary>Room for so many sums, all 0: this thread's, until it asks for the next.</summary>
    public static double[] Parts(int count)
    {
        if (kept is not { } parts || parts.Length < count) kept = parts = new double[Math.Max(count, 2 * (kept?.Length ?? 0))];
        parts.AsSpan(0, count).Clear();
        return parts;
    }

    /// <summary>Adds the sums of the chunk that begins at <paramref name="start"/>, of <paramref name="n"/> elements in all.</summary>
    public static void RunChunk<S, L, D, W>(S body, nint start, nint n, Span<double> sums)
        where S : struct, ISweep<T>
        where L : struct, IMemoryLane<L, T>
        where D : struct, IMemoryLane<D, double>
        where W : struct, IWiden<D, T>
    {
        var end = nint.Min(n, start + Chunk);
        for (nint i = start, length; i < end; i += length)
        {
            length = nint.Min(S.Length, end - i);
            body.Block<L, D, W>(i, (int)length, sums);
        }
    }

    readonly struct Work<S>(S body, nint n, double[] parts, int count) : ILaneWork<T> where S : struct, ISweep<T>
    {
        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            RunChunk<S, L, D, W>(body, (nint)chunk * Chunk, n, parts.AsSpan(chunk * count, count));
    }
}

/// <summary>Rows of sums made one.</summary>
static class Pairs
{
    /// <summary>Neighbours first, then neighbours of what comes of them; the first row holds the result.</summary>
    /// <param name="sums">The rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="count">Numbers in a row.</param>
    /// <param name="largest">How many of them, the last ones, are maxima.</param>
    public static void Join(Span<double> sums, int rows, int count, int largest)
    {
        for (; rows > 1; rows = (rows + 1) / 2)
            for (var r = 0; r < (rows + 1) / 2; r++)
                for (var k = 0; k < count; k++)
                {
                    var a = sums[2 * r * count + k];
                    if (2 * r + 1 < rows)
                    {
                        var b = sums[(2 * r + 1) * count + k];
                        a = k < count - largest ? a + b : Math.Max(a, b);
                    }
                    sums[r * count + k] = a;
                }
    }
}
