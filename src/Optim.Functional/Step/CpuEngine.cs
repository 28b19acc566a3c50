namespace Optim.Functional;

/// <summary>The processor: each tensor of a turn is bound to the widest lane that it fills, and stepped in one loop, on several threads
/// where it is long.</summary>
sealed class CpuEngine<T> : IEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Reused<Bound<T>> bounds = new();
    ulong fill;
    bool hasOthers;
    long elements;
    WholeWork<T>? wholeWork;
    Undo<T>? undo;

    /// <summary>What whole rules work in.</summary>
    public WholeWork<T> WholeWork => wholeWork ??= new();

    public Batch<T> Batch { get; private set; } = null!;

    public Stages Stages { get; } = new();

    public long Reserve(IWholeRule rule, IReadOnlyList<int> shape)
    {
        var elements = rule.WorkOf(shape);
        WholeWork.Reserve(elements);
        return elements;
    }

    public void Begin(Batch<T> of)
    {
        Batch = of;
        bounds.Begin();
        Stages.Begin();
        of.Gradients.Write(of.How);
    }

    public void Sum<B>(in B terms, in Streams<T> x, Span<double> sums) where B : struct, ITerms =>
        Measuring<T>.Run(terms, x, sums, Batch.How);

    public void Bind(in Recipe recipe, int first, int end)
    {
        if (recipe.Plan.Whole is not null)
        {
            bounds.Next<WholeStep<T>>().Set(recipe.Plan, first, end, recipe.Scale);
            return;
        }
        (elements, fill, hasOthers) = (0, 0, false);
        foreach (ref readonly var x in Batch.Span(first, end))
            if (x.End - x.Start is > 0 and var length)
            {
                elements += length;
                hasOthers |= x.Other > 0;
                fill |= 1ul << BitOperations.Log2((ulong)length); // bit k: a tensor of 2^k elements and more, but less than twice as many
            }
        var (bits, wider) = (Batch.How.LaneBits, 1ul << 63);
        if (bits >= 512) Bind<Lane512<T>>(recipe, first, end, ref wider);
        if (bits >= 256) Bind<Lane256<T>>(recipe, first, end, ref wider);
        if (bits >= 128) Bind<Lane128<T>>(recipe, first, end, ref wider);
        Bind<Lane1<T>>(recipe, first, end, ref wider);
    }

    /// <summary>Not inlined: four times as many locals would be cleared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Bind<L>(in Recipe recipe, int first, int end, ref ulong wider) where L : struct, IMemoryLane<L, T>
    {
        if ((fill & (wider - 1) & ~((ulong)L.Width - 1)) != 0)
        {
            var (use, before) = (new Use<L>(new(this, recipe, first, end, wider)), bounds.Count);
            recipe.Plan.Elementwise!.Bind<L, Use<L>>(Batch.TurnOf(first), ref use);
            if (use.Runs != 1) throw Fault.BoundNotOnce(recipe.Plan.Rule, use.Runs);
            if (bounds.Count != before + 1) throw Fault.StageNotOnce(recipe.Plan, bounds.Count - before);
        }
        wider = (ulong)L.Width;
    }

    /// <summary>Takes a rule's bound formula.</summary>
    struct Use<L>(Staging<T, L> staging) : IUse<L> where L : struct, IMemoryLane<L, T>
    {
        public int Runs;

        public void Run<A>(in A at) where A : struct, IFormula<L>
        {
            if (++Runs > 1) return;
            var slots = staging.Plan.Elementwise!.Slots.Count;
            if (A.SlotCount != slots) throw Fault.SlotCount(staging.Plan.Rule, slots, A.SlotCount);
            Rehearsal<L, Applied<L, A>>.Run(new(at));
            staging.Update(at);
        }
    }

    /// <summary>Keeps a step with the tensors that are to make it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scale">The factor on gradients, which reports are told.</param>
    /// <param name="first">The first tensor.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="wider">Elements of the next wider lane.</param>
    public void Keep<L, S>(in S step, double scale, int first, int end, ulong wider)
        where L : struct, IMemoryLane<L, T>
        where S : struct, IStep<L>
    {
        if (!Batch.How.Reports) Keep<L, S>(step, first, end, wider);
        else if (RuntimeFeature.IsDynamicCodeSupported) Observe<L, S>(step, scale, first, end, wider);
        else
        {
            var use = new Observing<L>(this, scale, first, end, wider);
            Stages.AsCalled<L, S, Observing<L>>(step, ref use);
        }
    }

    readonly struct Observing<L>(CpuEngine<T> engine, double scale, int first, int end, ulong wider) : IUseStep<L>
        where L : struct, IMemoryLane<L, T>
    {
        public void Run<S>(in S step) where S : struct, IStep<L> => engine.Observe<L, S>(step, scale, first, end, wider);
    }

    void Observe<L, S>(in S step, double scale, int first, int end, ulong wider)
        where L : struct, IMemoryLane<L, T>
        where S : struct, IStep<L> =>
        bounds.Next<ObservedBound<T, L, S>>().Set(step, first, end, wider, scale);

    void Keep<L, S>(in S step, int first, int end, ulong wider) where L : struct, IMemoryLane<L, T> where S : struct, IStep<L> =>
        bounds.Next<Bound<T, L, S>>().Set(step, first, end, wider, PerTensor(end - first), IsShared<L>(first, end, wider), hasOthers);

    /// <summary>Elements of a tensor on the average, 0 for a single one.</summary>
    long PerTensor(int tensors) => tensors > 1 ? elements / tensors : 0;

    /// <summary>Whether several threads take part in stepping the tensors that run on a lane.</summary>
    bool IsShared<L>(int first, int end, ulong wider) where L : struct, IMemoryLane<L, T> =>
        Batch.How.Threads > 1 && elements > Batch.How.SerialUpTo && Elements(first, end, (ulong)L.Width, wider) > Batch.How.SerialUpTo;

    /// <summary>Elements of these tensors that run on a lane: those that fill it, and not the next wider one.</summary>
    long Elements(int first, int end, ulong width, ulong wider)
    {
        var sum = 0L;
        foreach (ref readonly var x in Batch.Span(first, end))
            if ((ulong)(x.End - x.Start) is var length && length >= width && length < wider) sum += (long)length;
        return sum;
    }

    /// <summary>A copy of a parameter before a whole rule's step, until the next.</summary>
    public ReadOnlySpan<T> Before(Place<T> θ, nint length)
    {
        if (before.Length < length) before = new T[length];
        θ.Span((int)length).CopyTo(before);
        return before.AsSpan(0, (int)length);
    }

    T[] before = [];

    void Undoably(Bound<T> bound) => (undo ??= new()).Run(bound.Written(this), () => bound.Run(this));

    /// <summary>First come the whole rules of others, which alone may throw now; what they have written is then taken back.</summary>
    public void Run()
    {
        for (var k = 0; k < bounds.Count; k++)
            if (bounds[k].MayThrow) Undoably(bounds[k]);
        for (var k = 0; k < bounds.Count; k++)
            if (!bounds[k].MayThrow) bounds[k].Run(this);
        undo?.Forget();
    }
}
