namespace Optim.Functional;

/// <summary>
/// Puts a plan's stages around a formula: those of the update one after another, then its application, then those that follow, then what is
/// done to the gradient. What comes out is kept by the engine with its tensors.
/// </summary>
/// <remarks>Each stage is handed this, and hands it on what it has made; so it counts the stages that it has put around.</remarks>
struct Staging<T, L>(CpuEngine<T> engine, Recipe recipe, int first, int end, ulong wider) : IUse<L>, IUseStep<L>
    where T : unmanaged, IFloatingPointIeee754<T>
    where L : struct, IMemoryLane<L, T>
{
    int updates, afters;
    bool hasCount;

    public readonly Plan Plan => recipe.Plan;

    readonly ref readonly Turn Now => ref engine.Batch.TurnOf(first);

    void IUse<L>.Run<A>(in A at) => Update(at);

    void IUseStep<L>.Run<S>(in S step) => Follow(step);

    public void Update<A>(in A formula) where A : struct, IFormula<L>
    {
        if (updates == recipe.Plan.Update.Length)
        {
            Follow(new Applied<L, A>(formula));
            return;
        }
        var number = updates++;
        engine.Stages.Around<L, A, Staging<T, L>>(recipe.Plan.Update[number], formula, Now, recipe.MeasuredBy(number), ref this);
    }

    void Follow<S>(in S step) where S : struct, IStep<L>
    {
        if (!hasCount && (updates > 0 || recipe.Plan.After.Length > 0 || engine.Batch.How.Reports))
        {
            hasCount = true;
            Stages.WithCount<L, S, Staging<T, L>>(step, ref this);
            return;
        }
        if (afters == recipe.Plan.After.Length)
        {
            Prepare(step);
            return;
        }
        var isFresh = Now.Creates(recipe.Plan.Elementwise!.Slots.Count + afters);
        var stage = recipe.Plan.After[afters++];
        engine.Stages.Around<L, S, Staging<T, L>>(stage, step, Now, isFresh, ref this);
    }

    readonly void Prepare<S>(in S step) where S : struct, IStep<L>
    {
        if (updates + afters > 0) Rehearsal<L, S>.Run(step);
        if (recipe.Decay != 0) Keep(new Prepared<L, S, On>(step, L.Of(recipe.Scale), L.Of(recipe.Decay)));
        else if (recipe.Scale != 1) Keep(new Prepared<L, S, Off>(step, L.Of(recipe.Scale), default));
        else Keep(step);
    }

    readonly void Keep<S>(in S step) where S : struct, IStep<L> => engine.Keep<L, S>(step, recipe.Scale, first, end, wider);
}
