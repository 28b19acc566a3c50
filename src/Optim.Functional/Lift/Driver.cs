using System.Numerics;

namespace Optim.Functional;

/// <summary>Runs a rule over many tensors: binds it once for all that stand at the same step, each tensor to the widest lane that it fills.</summary>
sealed class Driver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    Streams<T>[] items = new Streams<T>[4];
    Places<T>[] into = [];
    (Clock Now, Clock After)[] turns = new (Clock, Clock)[1];
    int count, turnCount, turn, first, end, slots;
    ulong fill;
    bool moved, hasOthers;
    InOrder<T>? others;
    long elements;
    double scale, decay;
    Execution how = Execution.Default;

    /// <summary>A step begins.</summary>
    public void Begin() => count = end = turnCount = turn = 0;

    /// <summary>The number of the next tensor; what stands there is from an earlier step.</summary>
    public int Next()
    {
        if (count == items.Length) Array.Resize(ref items, 2 * count);
        return count++;
    }

    /// <summary>Whether there is something from an earlier step where the next tensor will stand.</summary>
    public bool Stands(out int number) => (number = count) < items.Length;

    /// <summary>The streams of a tensor.</summary>
    public ref Streams<T> this[int number] => ref items[number];

    /// <summary>Where a tensor goes that is not stepped in place. All of a run do, or none.</summary>
    public void Into(int number, in Places<T> to)
    {
        if (number >= into.Length) Array.Resize(ref into, items.Length);
        into[number] = to;
    }

    /// <summary>The turn of a tensor at this step, and its clock afterwards; asked for once where many stand at the same step.</summary>
    public Clock Take(IElementwiseRule rule, Clock now, ref int ofTensor)
    {
        if (turn >= turnCount || turns[turn].Now != now)
        {
            for (turn = 0; turn < turnCount && turns[turn].Now != now; turn++) { }
            if (turn == turns.Length) Array.Resize(ref turns, 2 * turn);
            if (turn == turnCount) (turns[turn], turnCount) = ((now, rule.After(now)), turn + 1);
        }
        ofTensor = turn;
        return turns[turn].After;
    }

    /// <summary>Steps the tensors that have come since the last run; the streams that <see cref="Next"/> gave stay, less their gradients.</summary>
    public void Run(IElementwiseRule rule, double gradientScale, Execution execution, InOrder<T> gradients)
    {
        others = gradients;
        (scale, decay, how, slots) = (rule.Maximize ? -gradientScale : gradientScale, rule.WeightDecay, execution, rule.Slots.Count);
        var from = end;
        try
        {
            for (first = end; first < count; first = end)
            {
                var now = turns[items[first].Turn].Now;
                Gather(items[first].Turn);
                var wider = 1ul << 63;
                if (how.LaneBits >= 512) Bind<Lane512<T>>(rule, now, ref wider);
                if (how.LaneBits >= 256) Bind<Lane256<T>>(rule, now, ref wider);
                if (how.LaneBits >= 128) Bind<Lane128<T>>(rule, now, ref wider);
                Bind<Lane1<T>>(rule, now, ref wider);
            }
        }
        finally
        {
            // What has been put in another place is not found there again.
            for (var k = from; k < count; k++) items[k].G = default;
            if (moved) for (var k = from; k < count; k++) items[k].State = null;
            (end, turnCount, moved) = (count, 0, false);
        }
    }

    /// <summary>Puts the tensors of one turn side by side, from <c>first</c> to <c>end</c>, and looks at how long they are.</summary>
    void Gather(int together)
    {
        (elements, fill, hasOthers) = (0, 0, false);
        for (end = first; end < count && items[end].Turn == together; end++) Weigh(items[end]);
        if (turnCount == 1) return;
        for (var k = end + 1; k < count; k++)
            if (items[k].Turn == together)
            {
                Weigh(items[k]);
                (items[k], items[end]) = (items[end], items[k]);
                if (into.Length > 0) (into[k], into[end]) = (into[end], into[k]);
                end++;
                moved = true;
            }
    }

    /// <summary>Elements of this turn's tensors that run on a lane: those that fill it, and not the next wider one.</summary>
    long Elements(ulong width, ulong wider)
    {
        var sum = 0L;
        for (var k = first; k < end; k++)
            if ((ulong)(items[k].End - items[k].Start) is var length && length >= width && length < wider) sum += (long)length;
        return sum;
    }

    /// <summary>Bit k of <c>fill</c>: there is a tensor of 2^k elements and more, but less than twice as many.</summary>
    void Weigh(in Streams<T> x)
    {
        var length = x.End - x.Start;
        if (length == 0) return;
        elements += length;
        hasOthers |= x.Other > 0;
        fill |= 1ul << BitOperations.Log2((ulong)length);
    }

    void Bind<L>(IElementwiseRule rule, Clock now, ref ulong wider) where L : struct, IMemoryLane<L, T>
    {
        var use = new Use<L>(this, rule, wider);
        if ((fill & (wider - 1) & ~((ulong)L.Width - 1)) != 0) rule.Bind<L, Use<L>>(now, ref use);
        wider = (ulong)L.Width;
    }

    readonly struct Use<L>(Driver<T> driver, IRule rule, ulong wider) : IUse<L> where L : struct, IMemoryLane<L, T>
    {
        public void Run<A>(in A at) where A : struct, IStep<L>
        {
            if (A.SlotCount != driver.slots) throw Fault.SlotCount(rule, driver.slots, A.SlotCount);
            if (driver.decay != 0) driver.Sweep<L, Prepared<L, A, On>>(new(at, L.Of(driver.scale), L.Of(driver.decay)), wider);
            else if (driver.scale != 1) driver.Sweep<L, Prepared<L, A, Off>>(new(at, L.Of(driver.scale), default), wider);
            else driver.Sweep<L, A>(at, wider);
        }
    }

    void Sweep<L, A>(in A at, ulong wider) where L : struct, IMemoryLane<L, T> where A : struct, IStep<L>
    {
        var n = end - first;
        var average = n > 1 ? elements / n : 0;
        var isLong = how.Threads > 1 && elements > how.SerialUpTo && Elements((ulong)L.Width, wider) > how.SerialUpTo;
        if (isLong || hasOthers)
            Shares<T>.Mine.Run<L, A>(at, items.AsMemory(first, n), into.Length > 0 ? into.AsMemory(first, n) : default, wider, average, isLong ? how.Threads : 1, how.ChunkLength, others!);
        else Loop.Run<L, T, A>(at, items.AsSpan(first, n), into.Length > 0 ? into.AsSpan(first, n) : default, wider, average);
    }
}
