using System.Numerics;

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
    void Block<L, D, W>(nint start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>;
}

/// <summary>Runs a sweep over chunks of the vectors, on several threads, and adds up the chunks' sums.</summary>
/// <remarks>
/// Which elements make up a block and a chunk is fixed, and so is the order in which their sums are added: the blocks of a chunk one after another,
/// the chunks in pairs, neighbours first. So neither threads nor lanes change a bit.
/// </remarks>
static class Sweep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a chunk, whole blocks: few enough that two or three vectors' stay in a core's second cache while others pass by.</summary>
    public const int Chunk = 4 * BlockSum.Length;

    /// <param name="body">The work.</param>
    /// <param name="n">Length of the vectors.</param>
    /// <param name="sums">The sums, each the total at its place; a NaN is always the same one.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="largest">How many of them, the last ones, are maxima.</param>
    public static void Run<S>(in S body, nint n, Span<double> sums, Execution how, int largest = 0) where S : struct, ISweep<T>
    {
        var job = Job<S>.Mine ??= new();
        var chunks = (int)nint.Max(1, (n + Chunk - 1) / Chunk);
        job.Prepare(body, n, sums.Length, chunks, how.LaneBits);
        if (how.Threads > 1 && n > how.SerialUpTo) Crew.Mine.Run(how.Threads, chunks, job);
        else for (var c = 0; c < chunks; c++) job.Run(c);
        job.Finish(sums, chunks, largest);
    }

    /// <summary>Adds the sums of one chunk, from <paramref name="start"/> on.</summary>
    public static void RunChunk<S>(ref S body, nint start, nint end, Span<double> sums, int laneBits) where S : struct, ISweep<T>
    {
        if (laneBits >= 512) RunBlocks<S, Lane512<T>, Lane512<double>, Widen512<T>>(ref body, start, end, sums);
        else if (laneBits >= 256) RunBlocks<S, Lane256<T>, Lane256<double>, Widen256<T>>(ref body, start, end, sums);
        else if (laneBits >= 128) RunBlocks<S, Lane128<T>, Lane128<double>, Widen128<T>>(ref body, start, end, sums);
        else RunBlocks<S, Lane1<T>, Lane1<double>, Widen1<T>>(ref body, start, end, sums);
    }

    static void RunBlocks<S, L, D, W>(ref S body, nint start, nint end, Span<double> sums)
        where S : struct, ISweep<T> where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
    {
        for (nint i = start, length; i < end; i += length)
        {
            length = nint.Min(S.Length, end - i);
            body.Block<L, D, W>(i, (int)length, sums);
        }
    }

    sealed class Job<S> : IChunks where S : struct, ISweep<T>
    {
        [ThreadStatic] public static Job<S>? Mine;
        double[] parts = [];
        S body;
        nint length;
        int count, bits;

        public void Prepare(in S work, nint n, int sums, int chunks, int laneBits)
        {
            (body, length, count, bits) = (work, n, sums, laneBits);
            if (parts.Length < chunks * sums) parts = new double[Math.Max(chunks * sums, 2 * parts.Length)];
            parts.AsSpan(0, chunks * sums).Clear();
        }

        public void Run(int chunk)
        {
            var start = (nint)chunk * Chunk;
            RunChunk(ref body, start, start + nint.Min(Chunk, length - start), parts.AsSpan(chunk * count, count), bits);
        }

        public void Finish(Span<double> sums, int chunks, int largest)
        {
            body = default;
            Pairs.Join(parts, chunks, count, largest);
            for (var k = 0; k < count; k++) sums[k] = double.IsNaN(parts[k]) ? double.NaN : parts[k];
        }
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
                    sums[r * count + k] = 2 * r + 1 == rows ? a
                        : k < count - largest ? a + sums[(2 * r + 1) * count + k] : Math.Max(a, sums[(2 * r + 1) * count + k]);
                }
    }
}
