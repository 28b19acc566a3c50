namespace Optim.Functional;

/// <summary>Binds the rules of a batch: what groups share is learned first, then each turn's tensors are bound.</summary>
static class Binding<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="engine">Where it is computed.</param>
    /// <param name="batch">The tensors.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="combine">Adds sums of several processes.</param>
    /// <param name="shared">For each group the scalars that its parameters share, after the step.</param>
    public static void Run(IEngine<T> engine, Batch<T> batch, double scale, ICombine combine, Span<Scalars> shared)
    {
        engine.Begin(batch);
        var groups = batch.Groups;
        // The sums of model rules are over all groups, so they are made before any group's turns are.
        if (batch.HasModels)
            for (var g = 0; g < groups.Length; g++) shared[g] = Learn(engine, batch, groups[g], scale, combine);
        for (var g = 0; g < groups.Length; g++)
        {
            ref readonly var group = ref groups[g];
            if (!batch.HasModels) shared[g] = group.Plan.Shares ? Rule(group).Learn(group.Shared, group.Lr, []) : default;
            Bind(engine, batch, group, Prepared(group, scale), shared[g]);
        }
    }

    static IGradientRule Rule(in Batch<T>.Group group) => (IGradientRule)group.Plan.Rule;

    static Recipe Prepared(in Batch<T>.Group group, double scale)
    {
        var rule = Rule(group);
        return new(group.Plan, rule.Maximize ? -scale : scale, group.Plan.Whole is not null ? 0 : rule.WeightDecay);
    }

    static void Bind(IEngine<T> engine, Batch<T> batch, in Batch<T>.Group group, in Recipe recipe, in Scalars after)
    {
        batch.Turns.Make(Rule(group), group.Lr, group.Shared, after, group.FirstTurn, group.EndTurn, group.Plan.Carries);
        batch.Order(group);
        var measures = group.Plan.Update.Length > 0 && group.Plan.Update[0].Measures;
        for (int first = group.First, end; first < group.End; first = end)
        {
            var turn = batch[first].Turn;
            for (end = first + 1; end < group.End && batch[end].Turn == turn; end++) { }
            if (!measures) engine.Bind(recipe, first, end);
            else
                for (var k = first; k < end; k++) engine.Bind(recipe with { Measured = Measure(engine, batch, recipe, k) }, k, k + 1);
        }
    }

    /// <summary>The scalars that a group shares after the step. A model rule's sums are over all groups that have it.</summary>
    static Scalars Learn(IEngine<T> engine, Batch<T> batch, in Batch<T>.Group group, double scale, ICombine combine)
    {
        var rule = Rule(group);
        if (group.Plan.Model is not { Sums: var n }) return rule.Learn(group.Shared, group.Lr, []);
        if (n is < 1 or > 4) throw Fault.SumCount(rule, n);
        Span<double> sums = stackalloc double[4], one = stackalloc double[4];
        sums.Clear();
        var lr = 0.0;
        foreach (ref readonly var other in batch.Groups)
        {
            if (other.Plan.Rule.GetType() != rule.GetType()) continue;
            var recipe = Prepared(other, scale);
            lr = Math.Max(lr, other.Lr);
            batch.Turns.Make(Rule(other), other.Lr, other.Shared, other.Shared, other.FirstTurn, other.EndTurn, other.Plan.Carries);
            for (var k = other.First; k < other.End; k++)
            {
                engine.Sum(new RuleTerms(other.Plan.Model!, batch.TurnOf(k), recipe.Scale, recipe.Decay), batch[k], one[..n]);
                for (var i = 0; i < n; i++) sums[i] += one[i];
            }
        }
        combine.Sum(sums[..n]);
        return rule.Learn(group.Shared, lr, sums[..n]);
    }

    /// <summary>What the update stage measures of a tensor.</summary>
    static Measured Measure(IEngine<T> engine, Batch<T> batch, in Recipe recipe, int k)
    {
        Span<double> sum = stackalloc double[1];
        engine.Sum(new StageTerms(recipe.Plan.Elementwise!, recipe.Plan.Update[0], batch.TurnOf(k), recipe.Scale, recipe.Decay), batch[k], sum);
        return new(sum[0], batch[k].End - batch[k].Start);
    }
}
