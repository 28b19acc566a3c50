namespace Optim.Functional;

/// <summary>The tensors of a turn that a whole rule steps.</summary>
sealed class WholeStep<T> : Bound<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    Plan plan = null!;
    int first, end;
    double scale;

    public void Set(Plan bound, int from, int to, double gradientScale) => (plan, first, end, scale) = (bound, from, to, gradientScale);

    /// <summary>The library's own do not.</summary>
    public override bool MayThrow
    {
        get
        {
            foreach (var stage in plan.Update)
                if (IsForeign(stage)) return true;
            return IsForeign(plan.Rule);
        }
    }

    static bool IsForeign(object of) => of.GetType().Assembly != typeof(WholeStep<T>).Assembly;

    public override IEnumerable<NDArray<T>> Written(CpuEngine<T> engine)
    {
        for (var k = first; k < end; k++)
        {
            yield return engine.Batch[k].Of!;
            foreach (var slot in engine.Batch[k].Slots!) yield return (NDArray<T>)slot;
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
            var whole = new Whole<T>(work, ref x, batch.TurnOf(k), plan.Update);
            plan.Whole!.Step(whole);
            for (var i = 0; i < plan.After.Length; i++)
            {
                var slot = x.Slots!.Length - plan.After.Length + i;
                whole.Each(new Following(plan.After[i], batch.TurnOf(k), slot), whole.θ, whole.θ, whole.θ, whole.Slot(slot));
            }
            if (batch.How.Reports) (x.State!.Sums ??= new()).Take(x, old, scale, batch.TurnOf(k));
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
