namespace Optim.Functional;

/// <summary>The processor: each tensor of a turn is bound to the widest lane that it fills, and stepped in one loop, on several threads where it is long.</summary>
sealed class CpuEngine<T> : IEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<Bound<T>> bounds = [];
    readonly Stages stages = new();
    Batch<T> batch = null!;
    int boundCount;
    ulong fill;
    bool hasOthers;
    long elements;
    WholeWork<T>? wholeWork;
    Undo<T>? undo;

    /// <summary>What whole rules work in.</summary>
    public WholeWork<T> WholeWork => wholeWork ??= new();

    public Batch<T> Batch => batch;

    public long Reserve(IWholeRule rule, IReadOnlyList<int> shape)
    {
        var elements = rule.WorkOf(shape);
        WholeWork.Reserve(elements);
        return elements;
    }

    public void Begin(Batch<T> of)
    {
        (batch, boundCount) = (of, 0);
        stages.Begin();
        of.Gradients.Write(of.How);
    }

    public void Sum<B>(in B terms, in Streams<T> x, Span<double> sums) where B : struct, ITerms => Measuring<T>.Run(terms, x, sums, batch.How);

    public void Bind(in Recipe recipe, int first, int end)
    {
        if (recipe.Plan.Whole is not null)
        {
            Keep<WholeStep<T>>().Set(recipe.Plan, first, end, recipe.Scale);
            return;
        }
        (elements, fill, hasOthers) = (0, 0, false);
        foreach (ref readonly var x in batch.Span(first, end))
            if (x.End - x.Start is > 0 and var length)
            {
                elements += length;
                hasOthers |= x.Other > 0;
                fill |= 1ul << BitOperations.Log2((ulong)length); // bit k: a tensor of 2^k elements and more, but less than twice as many
            }
        var (bits, wider) = (batch.How.LaneBits, 1ul << 63);
        if (bits >= 512) Bind<Lane512<T>>(recipe, first, end, ref wider);
        if (bits >= 256) Bind<Lane256<T>>(recipe, first, end, ref wider);
        if (bits >= 128) Bind<Lane128<T>>(recipe, first, end, ref wider);
        Bind<Lane1<T>>(recipe, first, end, ref wider);
    }

    void Bind<L>(in Recipe recipe, int first, int end, ref ulong wider) where L : struct, IMemoryLane<L, T>
    {
        if ((fill & (wider - 1) & ~((ulong)L.Width - 1)) != 0)
        {
            var (use, before) = (new Use<L>(this, recipe, first, end, wider), boundCount);
            recipe.Plan.Elementwise!.Bind<L, Use<L>>(batch.TurnOf(first), ref use);
            if (use.Runs != 1) throw Fault.BoundNotOnce(recipe.Plan.Rule, use.Runs);
            if (boundCount != before + 1) throw Fault.StageNotOnce(recipe.Plan, boundCount - before);
        }
        wider = (ulong)L.Width;
    }

    /// <summary>Takes a rule's bound formula, puts the plan's stages around it, and keeps it with its tensors.</summary>
    struct Use<L>(CpuEngine<T> engine, Recipe recipe, int first, int end, ulong wider) : IUse<L>, IStaged<L> where L : struct, IMemoryLane<L, T>
    {
        public int Runs;

        public void Run<A>(in A at) where A : struct, IFormula<L>
        {
            if (++Runs > 1) return;
            var slots = recipe.Plan.Elementwise!.Slots.Count;
            if (A.SlotCount != slots) throw Fault.SlotCount(recipe.Plan.Rule, slots, A.SlotCount);
            Staging.Around<L, A, Use<L>>(engine.stages, at, recipe, engine.batch.TurnOf(first), ref this);
        }

        public void Staged<S>(in S step) where S : struct, IStep<L>
        {
            if (recipe.Decay != 0) Keep(new Prepared<L, S, On>(step, L.Of(recipe.Scale), L.Of(recipe.Decay)));
            else if (recipe.Scale != 1) Keep(new Prepared<L, S, Off>(step, L.Of(recipe.Scale), default));
            else Keep(step);
        }

        readonly void Keep<S>(in S step) where S : struct, IStep<L> =>
            engine.Keep<Bound<T, L, S>>().Set(step, first, end, wider, engine.PerTensor(end - first), engine.IsShared<L>(first, end, wider), engine.hasOthers);
    }

    /// <summary>Elements of a tensor on the average, 0 for a single one.</summary>
    long PerTensor(int tensors) => tensors > 1 ? elements / tensors : 0;

    /// <summary>Whether several threads take part in stepping the tensors that run on a lane.</summary>
    bool IsShared<L>(int first, int end, ulong wider) where L : struct, IMemoryLane<L, T> =>
        batch.How.Threads > 1 && elements > batch.How.SerialUpTo && Elements(first, end, (ulong)L.Width, wider) > batch.How.SerialUpTo;

    /// <summary>Elements of these tensors that run on a lane: those that fill it, and not the next wider one.</summary>
    long Elements(int first, int end, ulong width, ulong wider)
    {
        var sum = 0L;
        foreach (ref readonly var x in batch.Span(first, end))
            if ((ulong)(x.End - x.Start) is var length && length >= width && length < wider) sum += (long)length;
        return sum;
    }

    /// <summary>The next place for what is bound: the object that stood there at the last step, where it is of the same type.</summary>
    B Keep<B>() where B : Bound<T>, new()
    {
        if (boundCount == bounds.Count) bounds.Add(new B());
        else if (bounds[boundCount] is not B) bounds[boundCount] = new B();
        return (B)bounds[boundCount++];
    }

    /// <summary>First come the whole rules of others, which alone may throw now; what they have written is then taken back.</summary>
    public void Run()
    {
        for (var k = 0; k < boundCount; k++)
            if (bounds[k].MayThrow) (undo ??= new()).Run(this, bounds[k]);
        for (var k = 0; k < boundCount; k++)
            if (!bounds[k].MayThrow) bounds[k].Run(this);
        undo?.Forget();
    }
}
