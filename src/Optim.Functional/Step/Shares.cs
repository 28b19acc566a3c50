namespace Optim.Functional;

/// <summary>Cuts a step into shares of about as many elements each, a part of one tensor or several whole ones, and has a crew run
/// them.</summary>
sealed class Shares<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic] static Shares<T>? mine;
    (int Item, int Count, nint Start, nint End)[] cut = [];
    Memory<Streams<T>> items;
    Memory<Places<T>> into;
    int count;
    InOrder<T>? others;

    public static Shares<T> Mine => mine ??= new();

    public void Run<L, A>(
        in A at,
        Memory<Streams<T>> from,
        Memory<Places<T>> to,
        ulong wider,
        long average,
        int threads,
        int chunkLength,
        InOrder<T> gradients)
        where L : struct, IMemoryLane<L, T>
        where A : struct, IStep<L>
    {
        (items, into, count, others) = (from, to, 0, gradients);
        Cut(L.Width, wider, (int)Math.Min(int.MaxValue / 2, ((long)chunkLength + L.Width - 1) / L.Width * L.Width));
        var job = Job<L, A>.Mine ??= new();
        (job.At, job.Of, job.Wider, job.Average) = (at, this, wider, average);
        try { Crew.Mine.Run(threads, count, job); }
        finally { (job.Of, items, into, others) = (null, default, default, null); }
    }

    /// <param name="width">Elements of a lane: a share begins at a whole one, and has one at least.</param>
    /// <param name="wider">Tensors as long as this are not cut here.</param>
    /// <param name="size">Elements of a share, whole lanes.</param>
    void Cut(int width, ulong wider, int size)
    {
        var together = items.Span;
        var (from, sum) = (0, (nint)0);
        for (var k = 0; k < together.Length; k++)
        {
            var (begin, end) = (together[k].Start, together[k].End);
            var length = end - begin;
            if (length < width || (ulong)length >= wider) continue;
            var isOther = together[k].Other > 0;
            if (sum > 0 && (isOther || sum + length > size)) { Add((from, k - from, 0, 0)); sum = 0; }
            if (sum == 0) from = k;
            if (length <= size && !isOther) { sum += length; continue; }
            var part = isOther ? others!.Turn(together[k].Other).Part(size) : size;
            for (nint start = begin, stop; start < end; start = stop)
            {
                stop = end - start - part < width ? end : start + part;
                Add((k, 1, start, stop));
            }
        }
        if (sum > 0) Add((from, together.Length - from, 0, 0));
    }

    void Add((int, int, nint, nint) share)
    {
        if (count == cut.Length) Array.Resize(ref cut, Math.Max(16, 2 * count));
        cut[count++] = share;
    }

    sealed class Job<L, A> : IChunks where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        [ThreadStatic] public static Job<L, A>? Mine;
        public A At;
        public Shares<T>? Of;
        public ulong Wider;
        public long Average;

        public void Run(int chunk)
        {
            var (item, many, start, stop) = Of!.cut[chunk];
            var (whole, to) = (Of.items.Slice(item, many), Of.into.IsEmpty ? default : Of.into.Slice(item, many));
            if (stop == 0) { Loop.Run<L, T, A>(At, whole.Span, to.Span, Wider, Average); return; }
            var part = whole.Span[0] with { Start = start, End = stop };
            if (part.Other == 0) { Loop.Run<L, T, A>(At, new(in part), to.Span, Wider); return; }
            part.From = part.From.After(start);
            part.G = Of.others!.Turn(part.Other).Write(start, stop);
            (part.Start, part.End) = (0, stop - start);
            if (part.More is { } more) part.More = [more[0].After(start), more[1].After(start)];
            var there = to.IsEmpty ? default : to.Span[0].After(start);
            Loop.Run<L, T, A>(At, new(in part), to.IsEmpty ? default : new(in there), Wider);
        }
    }
}
