using System.Numerics;

namespace Optim.Functional;

/// <summary>Cuts a step into shares of about as many elements each, a part of one tensor or several whole ones, and has a crew run them.</summary>
sealed class Shares<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic] static Shares<T>? mine;
    (int Item, int Count, int Start, int End)[] cut = [];
    Memory<Streams<T>> items;
    int count;

    public static Shares<T> Mine => mine ??= new();

    public void Run<L, A>(in A at, Memory<Streams<T>> over, uint wider, Execution how) where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        (items, count) = (over, 0);
        Cut(L.Width, wider, (int)Math.Min(int.MaxValue / 2, ((long)how.ChunkLength + L.Width - 1) / L.Width * L.Width));
        var job = Job<L, A>.Mine ??= new();
        (job.At, job.Of, job.Wider) = (at, this, wider);
        try { Crew.Mine.Run(how.Threads, count, job); }
        finally { (job.Of, items) = (null, default); }
    }

    /// <param name="width">Elements of a lane: a share begins at a whole one, and has one at least.</param>
    /// <param name="wider">Tensors as long as this are not cut here.</param>
    /// <param name="size">Elements of a share, whole lanes.</param>
    void Cut(int width, uint wider, int size)
    {
        var together = items.Span;
        var (from, sum) = (0, 0);
        for (var k = 0; k < together.Length; k++)
        {
            var length = together[k].End;
            if (length < width || length >= wider) continue;
            if (sum > 0 && sum + length > size) { Add((from, k - from, 0, 0)); sum = 0; }
            if (sum == 0) from = k;
            if (length <= size) { sum += length; continue; }
            for (int start = 0, stop; start < length; start = stop)
            {
                stop = length - start - size < width ? length : start + size;
                Add((k, 1, start, stop));
            }
        }
        if (sum > 0) Add((from, together.Length - from, 0, 0));
    }

    void Add((int, int, int, int) share)
    {
        if (count == cut.Length) Array.Resize(ref cut, Math.Max(16, 2 * count));
        cut[count++] = share;
    }

    sealed class Job<L, A> : IChunks where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        [ThreadStatic] public static Job<L, A>? Mine;
        public A At;
        public Shares<T>? Of;
        public uint Wider;

        public void Run(int chunk)
        {
            var (item, many, start, stop) = Of!.cut[chunk];
            var whole = Of.items.Span.Slice(item, many);
            if (stop == 0) { Loop.Run<L, T, A>(At, whole, Wider); return; }
            var part = whole[0];
            (part.Start, part.End) = (start, stop);
            Loop.Run<L, T, A>(At, new(in part), Wider);
        }
    }
}
