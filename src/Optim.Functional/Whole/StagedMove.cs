namespace Optim.Functional;

/// <summary>A whole rule's last pass, θ ← κθ - γfu, as a formula with the plan's update stages around it; u is the pass's slot.</summary>
/// <param name="stages">The stages.</param>
/// <param name="measured">What they have measured.</param>
/// <param name="now">The parameter's step.</param>
/// <param name="γ">Rate.</param>
/// <param name="factor">f.</param>
/// <param name="shrink">κ.</param>
readonly struct StagedMove(IUpdateStage[] stages, Measured[] measured, Turn now, double γ, double factor, double shrink) : IPass
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
    {
        var all = new All<L, U>(stages, measured, now, use);
        all.Run(Formula<L>());
        if (all.Runs != 1) throw Fault.StagesNotOnce(stages, all.Runs);
        use = all.Inner;
    }

    /// <summary>The terms of a stage.</summary>
    public void Measure<L, U>(int stage, ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        var some = new UpToStage<L, U>(stages, stage, measured, now, use);
        some.Run(Formula<L>());
        use = some.Inner;
    }

    public IUpdateStage Stage(int number) => stages[number];

    At<L> Formula<L>() where L : struct, ILane<L> => new(L.Of(factor), L.Of(-γ), L.Of(shrink));

    readonly record struct At<L>(L f, L γ, L κ) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Update(L θ, L g, ref Slots<L> s) => f * s.S1;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Apply(L θ, L u) => L.Fma(γ, u, κ * θ);
    }

    struct All<L, U>(IUpdateStage[] stages, Measured[] measured, Turn now, U inner) : IUse<L>
        where L : struct, ILane<L>
        where U : struct, IUseStep<L>
    {
        int at;

        public U Inner = inner;
        public int Runs;

        public void Run<A>(in A formula) where A : struct, IFormula<L>
        {
            if (at == stages.Length)
            {
                Runs++;
                Inner.Run(new Applied<L, A>(formula));
                return;
            }
            var number = at++;
            Stages.AroundOnce<L, A, All<L, U>>(stages[number], formula, now, measured[number], ref this);
        }
    }
}

/// <summary>A stage's terms of it.</summary>
readonly struct StagedTerms(StagedMove move, int stage, int sums) : ITerms
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        var counted = new Counted<L, U>(use, move.Stage(stage), sums);
        move.Measure<L, Counted<L, U>>(stage, ref counted);
        use = counted.Inner;
    }

    /// <summary>Sees to it that there are as many terms as sums.</summary>
    struct Counted<L, U>(U inner, IUpdateStage stage, int sums) : IUseMeasure<L> where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        public U Inner = inner;

        public void Run<M>(in M at) where M : struct, IMeasure<L>
        {
            if (M.Terms != sums) throw Fault.StageTerms(stage, sums, M.Terms);
            Inner.Run(at);
        }
    }
}
