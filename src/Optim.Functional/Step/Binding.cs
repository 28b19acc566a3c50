using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Binds the rules of a batch: what groups share is learned first, then each turn's tensors are bound.</summary>
/// <param name="engine">Where it is computed.</param>
/// <param name="batch">The tensors.</param>
/// <param name="scale">The factor on the gradients.</param>
/// <param name="combine">Adds sums of several processes.</param>
readonly struct Binding<T>(IEngine<T> engine, Batch<T> batch, double scale, ICombine combine) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="shared">For each group the scalars that its parameters share, after the step.</param>
    public void Run(Span<Scalars> shared)
    {
        engine.Begin(batch);
        var groups = batch.Groups;
        // The sums of model rules are over all groups, so they are made before any group is bound.
        for (var g = 0; g < groups.Length; g++) shared[g] = Learn(groups[g]);
        for (var g = 0; g < groups.Length; g++) Bind(groups[g], shared[g]);
    }

    Recipe Prepared(in StepGroup group)
    {
        var rule = group.Rule;
        return new(group.Plan, rule.Maximize ? -scale : scale, group.Plan.Whole is not null ? 0 : rule.WeightDecay);
    }

    void Bind(in StepGroup group, in Scalars after)
    {
        batch.Turns.Make(group, after);
        batch.Order(group);
        var recipe = Prepared(group);
        var measures = group.Plan.Whole is null && UpdateStages.AnyMeasures(group.Plan.Update);
        for (int first = group.First, end; first < group.End; first = end)
        {
            var turn = batch[first].Turn;
            for (end = first + 1; end < group.End && batch[end].Turn == turn; end++) { }
            if (measures && engine is IDeviceEngine<T> device) BindMeasured(device, recipe, first, end);
            else if (measures) BindMeasured(recipe, first, end);
            else engine.Bind(recipe, first, end);
        }
    }

    /// <summary>The scalars that a group shares after the step. A model rule's sums are over all groups that have it.</summary>
    Scalars Learn(in StepGroup group) => group.Plan.Model is { Sums: var n } ? Learn(group, n)
        : group.Plan.Shares ? group.Rule.Learn(group.Shared, group.Lr, [])
        : default;

    [MethodImpl(MethodImplOptions.NoInlining)]
    Scalars Learn(in StepGroup group, int n)
    {
        if (n is < 1 or > 4) throw Fault.SumCount(group.Rule, n);
        Span<double> sums = stackalloc double[4], one = stackalloc double[4];
        sums.Clear();
        var (lr, asked, device) = (0.0, 0, engine as IDeviceEngine<T>);
        device?.BeginSums();
        // Of parts of the model: each tensor's, so that those of all are added in the order that they have here.
        var each = combine is Alone ? null : new List<double>();
        foreach (ref readonly var other in batch.Groups)
        {
            if (other.Plan.Rule.GetType() != group.Plan.Rule.GetType()) continue;
            var recipe = Prepared(other);
            lr = Math.Max(lr, other.Lr);
            batch.Turns.Make(other, other.Shared);
            for (var k = other.First; k < other.End; k++)
            {
                var terms = new RuleTerms(recipe, batch.TurnOf(k));
                if (device is not null)
                {
                    device.AskSum(terms, batch[k]);
                    asked++;
                    continue;
                }
                engine.Sum(terms, batch[k], one[..n]);
                for (var i = 0; i < n; i++)
                    if (each is null) sums[i] += one[i];
                    else each.Add(one[i]);
            }
        }
        if (device is not null)
        {
            var all = new double[asked * n];
            device.ReadSums(all);
            for (var i = 0; i < all.Length; i++) sums[i % n] += all[i];
        }
        if (each is not null)
        {
            combine.Sum(CollectionsMarshal.AsSpan(each));
            for (var k = 0; k < each.Count; k++) sums[k % n] += each[k];
        }
        return group.Rule.Learn(group.Shared, lr, sums[..n]);
    }

    /// <summary>Each tensor by itself, as its own is measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void BindMeasured(in Recipe recipe, int first, int end)
    {
        for (var k = first; k < end; k++)
        {
            var measured = UpdateStages.Room(recipe.Plan.Update, batch[k].End - batch[k].Start);
            var own = recipe with { Measured = measured };
            UpdateStages.Measure(recipe.Plan.Update, measured, new Tensor(this, own, k));
            engine.Bind(own, k, k + 1);
        }
    }

    /// <summary>All tensors of a turn together, where sums of each would be waited for.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void BindMeasured(IDeviceEngine<T> device, in Recipe recipe, int first, int end)
    {
        var stages = recipe.Plan.Update;
        var own = new Recipe[end - first];
        for (var k = 0; k < own.Length; k++)
        {
            var measured = new Measured[stages.Length];
            Array.Fill(measured, new(0, batch[first + k].End - batch[first + k].Start));
            own[k] = recipe with { Measured = measured };
        }
        for (var stage = 0; stage < stages.Length; stage++)
            for (int round = 0, known = 0; stages[stage].SumsOf(round) is > 0 and var n; round++, known += n)
            {
                if (known + n > Scalars.Most) throw Fault.StageSums(stages[stage], known + n, Scalars.Most);
                device.BeginSums();
                for (var k = 0; k < own.Length; k++)
                    device.AskSum(new StageTerms(own[k], stage, n, batch.TurnOf(first + k)), batch[first + k]);
                var sums = new double[own.Length * n];
                device.ReadSums(sums);
                for (var k = 0; k < own.Length; k++)
                    own[k].Measured![stage] = own[k].Measured![stage].With(known, sums.AsSpan(k * n, n));
            }
        for (var k = 0; k < own.Length; k++) engine.Bind(own[k], first + k, first + k + 1);
    }

    /// <summary>A tensor that update stages measure.</summary>
    readonly struct Tensor(Binding<T> binding, Recipe recipe, int k) : UpdateStages.IMeasurable
    {
        public void Sum(int stage, scoped Span<double> sums) => binding.SumOf(recipe, k, stage, sums);
    }

    void SumOf(in Recipe recipe, int k, int stage, Span<double> sums) =>
        engine.Sum(new StageTerms(recipe, stage, sums.Length, batch.TurnOf(k)), batch[k], sums);
}
