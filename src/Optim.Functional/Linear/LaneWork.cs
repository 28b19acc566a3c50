namespace Optim.Functional;

/// <summary>Work in numbered chunks, for any lanes.</summary>
interface ILaneWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Does one chunk.</summary>
    /// <typeparam name="L">The lane of elements.</typeparam>
    /// <typeparam name="D">The lane of doubles that sums are made in.</typeparam>
    /// <typeparam name="W">How elements become doubles.</typeparam>
    void Run<L, D, W>(int chunk)
        where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>;
}

/// <summary>Does such work in the lanes that are chosen, and on several threads where it is long.</summary>
static class LaneWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<B>(in B body, int chunks, long elements, Execution how) where B : struct, ILaneWork<T>
    {
        var job = Job<B>.Mine ??= new();
        job.Body = body;
        job.Bits = how.LaneBits;
        try { job.RunAll(chunks, elements, how); }
        finally { job.Body = default; }
    }

    sealed class Job<B> : IChunks where B : struct, ILaneWork<T>
    {
        [ThreadStatic] public static Job<B>? Mine;
        public B Body;
        public int Bits;

        public void Run(int chunk)
        {
            if (Bits >= 512) Body.Run<Lane512<T>, Lane512<double>, Widen512<T>>(chunk);
            else if (Bits >= 256) Body.Run<Lane256<T>, Lane256<double>, Widen256<T>>(chunk);
            else if (Bits >= 128) Body.Run<Lane128<T>, Lane128<double>, Widen128<T>>(chunk);
            else Body.Run<Lane1<T>, Lane1<double>, Widen1<T>>(chunk);
        }
    }
}

static class Chunks
{
    /// <summary>Runs all chunks: here, or with other threads where they are so many elements that it pays.</summary>
    public static void RunAll(this IChunks work, int chunks, long elements, Execution how)
    {
        if (how.Threads > 1 && elements > how.SerialUpTo) Crew.Mine.Run(how.Threads, chunks, work);
        else for (var c = 0; c < chunks; c++) work.Run(c);
    }
}
