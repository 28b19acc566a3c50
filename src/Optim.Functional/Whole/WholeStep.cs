namespace Optim.Functional;

/// <summary>The tensors of a turn that a whole rule steps.</summary>
sealed class WholeStep<T> : Bound<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    Plan plan = null!;
    int first, end;
    double scale;

    public void Set(Plan bound, int from, int to, double gradientScale) => (plan, first, end, scale) = (bound, from, to, gradientScale);

    /// <summary>The library's own do not.</summary>
    public override bool MayThrow => Throws(plan);

    /// <summary>Whether a plan's step may throw when it has begun to write.</summary>
    public static bool Throws(Plan plan)
    {
        foreach (var stage in plan.Update)
            if (IsForeign(stage)) return true;
        return IsForeign(plan.Rule);
    }

    static bool IsForeign(object of) => of.GetType().Assembly != typeof(WholeStep<T>).Assembly;

    public override IEnumerable<NDArray<T>> Written(CpuEngine<T> engine) => Written(engine.Batch, first, end);

    /// <summary>All that the steps of these tensors write.</summary>
    public static IEnumerable<NDArray<T>> Written(Batch<T> batch, int first, int end)
    {
        for (var k = first; k < end; k++)
        {
            yield return batch[k].Of!;
            foreach (var slot in batch[k].Slots!) yield return (NDArray<T>)slot;
        }
    }

    public override void Run(CpuEngine<T> engine)
    {
        var (work, batch) = (engine.WholeWork, engine.Batch);
        work.Passes.How = batch.How;
        work.Passes.Scale = scale;
        for (var k = first; k < end; k++)
        {
            ref var x = ref batch[k];
            var old = batch.How.Reports ? engine.Before(x.From.θ, x.End) : default;
            Step(plan, work, ref x, batch.TurnOf(k));
            if (batch.How.Reports) (x.State!.Sums ??= new()).Take(x, old, scale, batch.TurnOf(k));
        }
    }

    /// <summary>One tensor's step, and what follows it.</summary>
    public static void Step(Plan plan, WholeWork<T> work, ref Streams<T> x, in Turn now)
    {
        var whole = new Whole<T>(work, ref x, now, plan.Update);
        plan.Whole!.Step(whole);
        for (var i = 0; i < plan.After.Length; i++)
        {
            var slot = x.Slots!.Length - plan.After.Length + i;
            whole.Each(new Following(plan.After[i], now, slot), whole.θ, whole.θ, whole.θ, whole.Slot(slot));
        }
    }

    /// <summary>What follows the new parameters, as a pass over them.</summary>
    readonly struct Following(IAfterStage stage, Turn now, int slot) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            stage.Around<L, Same<L>, U>(new(), now, now.Creates(slot), ref use);

        readonly struct Same<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Step(L θ, L g, ref Slots<L> s) => θ;
        }
    }
}
