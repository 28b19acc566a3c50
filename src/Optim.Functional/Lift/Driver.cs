using System.Numerics;

namespace Optim.Functional;

/// <summary>Runs a rule over many tensors: binds it once for all that stand at the same step, then lane by lane from the widest down to one element.</summary>
sealed class Driver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    Streams<T>[] items = new Streams<T>[4];
    (int Item, int Start, int End)[] chunks = [];
    int count, first, end, slots;
    double scale, decay;
    Execution how = Execution.Default;

    public void Add(in Streams<T> streams)
    {
        if (count == items.Length) Array.Resize(ref items, 2 * count);
        items[count++] = streams;
    }

    /// <summary>Drops what a step that threw has left.</summary>
    public void Forget()
    {
        Array.Clear(items, 0, count);
        count = 0;
    }

    public void Run(IElementwiseRule rule, double gradientScale, Execution execution)
    {
        (scale, decay, how, slots) = (rule.Maximize ? -gradientScale : gradientScale, rule.WeightDecay, execution, rule.Slots.Count);
        for (first = 0; first < count; first = end)
        {
            var now = items[first].Now;
            end = first + 1;
            for (var k = end; k < count; k++)
                if (items[k].Now == now) { if (k != end) (items[k], items[end]) = (items[end], items[k]); end++; }
            if (how.LaneBits >= 512) Bind<Lane512<T>>(rule, now);
            if (how.LaneBits >= 256) Bind<Lane256<T>>(rule, now);
            if (how.LaneBits >= 128) Bind<Lane128<T>>(rule, now);
            Bind<Lane1<T>>(rule, now);
        }
        Forget();
    }

    void Bind<L>(IElementwiseRule rule, Clock now) where L : struct, IMemoryLane<L, T>
    {
        var pending = false;
        for (var k = first; k < end && !pending; k++) pending = items[k].Length - items[k].Done >= L.Width;
        if (!pending) return;
        var use = new Use<L>(this, rule);
        rule.Bind<L, Use<L>>(now, ref use);
    }

    readonly struct Use<L>(Driver<T> driver, IRule rule) : IUse<L> where L : struct, IMemoryLane<L, T>
    {
        public void Run<A>(in A at) where A : struct, IStep<L>
        {
            if (A.SlotCount != driver.slots) throw Fault.SlotCount(rule, driver.slots, A.SlotCount);
            if (driver.decay != 0) driver.Sweep<L, Prepared<L, A, On>>(new(at, L.Of(driver.scale), L.Of(driver.decay)));
            else if (driver.scale != 1) driver.Sweep<L, Prepared<L, A, Off>>(new(at, L.Of(driver.scale), default));
            else driver.Sweep<L, A>(at);
        }
    }

    void Sweep<L, A>(in A at) where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        long left = 0;
        for (var k = first; k < end; k++) left += items[k].Length - items[k].Done;
        if (how.Threads > 1 && left > how.SerialUpTo) Share<L, A>(at);
        for (var k = first; k < end; k++) items[k].Done = Loop.Run<L, T, A>(at, items[k], items[k].Done, items[k].Length);
    }

    void Share<L, A>(in A at) where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        var (size, n) = (((long)how.ChunkLength + L.Width - 1) / L.Width * L.Width, 0);
        for (var k = first; k < end; k++)
        {
            ref var item = ref items[k];
            var whole = item.Length / L.Width * L.Width;
            for (long i = item.Done; i < whole; i += size)
            {
                if (n == chunks.Length) Array.Resize(ref chunks, Math.Max(16, 2 * n));
                chunks[n++] = (k, (int)i, (int)Math.Min(whole, i + size));
            }
            item.Done = whole;
        }
        var job = Job<L, A>.Mine ??= new();
        (job.At, job.Driver) = (at, this);
        Crew.Mine.Run(how.Threads, n, job);
        job.Driver = null;
    }

    sealed class Job<L, A> : IChunks where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        [ThreadStatic] public static Job<L, A>? Mine;
        public A At;
        public Driver<T>? Driver;

        public void Run(int chunk)
        {
            var (item, start, end) = Driver!.chunks[chunk];
            Loop.Run<L, T, A>(At, Driver.items[item], start, end);
        }
    }
}
