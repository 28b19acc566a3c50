namespace Optim.Functional;

/// <summary>torch's ReduceLROnPlateau: the learning rate times a factor where a number has not improved for some epochs.</summary>
/// <remarks>The one scheduler whose rates depend on more than the epoch: what it has seen is in its state dict.</remarks>
public sealed class ReduceLROnPlateau : LRScheduler
{
    double[] factors;
    double best;
    long bad, resting;

    /// <param name="optimizer">Whose groups.</param>
    /// <param name="mode">"min": less is better; or "max".</param>
    /// <param name="factor">The factor, in [0, 1).</param>
    /// <param name="patience">Epochs without an improvement that are let pass, ≥ 0.</param>
    /// <param name="threshold">What counts as an improvement, ≥ 0.</param>
    /// <param name="thresholdMode">"rel": that part of the best; or "abs".</param>
    /// <param name="cooldown">Epochs after a reduction in which none is counted, ≥ 0.</param>
    /// <param name="minLr">The least learning rate, one or one for each group.</param>
    /// <param name="eps">A reduction by no more than this is not made.</param>
    public ReduceLROnPlateau(
        Optimizer optimizer, string mode = "min", double factor = 0.1, long patience = 10, double threshold = 1e-4,
        string thresholdMode = "rel", long cooldown = 0, PerGroup minLr = default, double eps = 1e-8)
        : base(
            optimizer,
            new()
            {
                ["mode"] = mode is "min" or "max" ? mode : throw Fault.PlateauMode("mode", mode, "min", "max"),
                ["factor"] = factor is >= 0 and < 1 ? factor : throw Fault.PlateauFactor(factor),
                ["patience"] = patience,
                ["threshold"] = Fault.NotNegative(nameof(ReduceLROnPlateau), "threshold", threshold),
                ["threshold_mode"] = thresholdMode is "rel" or "abs" ? thresholdMode : throw Fault.PlateauMode("threshold_mode", thresholdMode, "rel", "abs"),
                ["cooldown"] = cooldown,
                ["min_lr"] = minLr.Value,
                ["eps"] = Fault.NotNegative(nameof(ReduceLROnPlateau), "eps", eps),
            },
            -1)
    {
        factors = [.. optimizer.ParamGroups.Select(_ => 1.0)];
        best = IsLess ? double.PositiveInfinity : double.NegativeInfinity;
        Begin();
    }

    bool IsLess => (string)Options["mode"]! == "min";

    /// <summary>Not without a number.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void Step() => throw Fault.NoMetric();

    /// <summary>The next epoch.</summary>
    /// <param name="metric">The number that is watched; NaN is no improvement.</param>
    public void Step(double metric)
    {
        Advance();
        if (IsBetter(metric)) (best, bad) = (metric, 0);
        else bad++;
        if (resting > 0) (resting, bad) = (resting - 1, 0);
        if (bad > Options.Whole("patience"))
        {
            Reduce();
            (resting, bad) = (Options.Whole("cooldown"), 0);
        }
        Write();
    }

    bool IsBetter(double x)
    {
        var by = Options.Number("threshold");
        var isRelative = (string)Options["threshold_mode"]! == "rel";
        return IsLess ? x < (isRelative ? best * (1 - by) : best - by) : x > (isRelative ? best * (1 + by) : best + by);
    }

    void Reduce()
    {
        for (var g = 0; g < Optimizer.ParamGroups.Count; g++)
        {
            var lr = Optimizer.ParamGroups[g].Lr;
            var less = Math.Max(lr * Options.Number("factor"), Options.Number("min_lr", g));
            if (lr - less > Options.Number("eps")) Factors(g) *= less / lr;
        }
    }

    ref double Factors(int group)
    {
        if (group >= factors.Length) factors = [.. factors, .. Enumerable.Repeat(1.0, group + 1 - factors.Length)];
        return ref factors[group];
    }

    internal override double At(int group, double lr) => lr * Factors(group);

    internal override double At(double epoch, int group, double lr) => At(group, lr);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> StateDict() => new Dictionary<string, object?>(base.StateDict())
    {
        ["best"] = best,
        ["num_bad_epochs"] = bad,
        ["cooldown_counter"] = resting,
        ["factors"] = factors.ToArray(),
    };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, object?> state)
    {
        var (seen, wait) = (SchedulerOptions.Whole(state ?? throw Fault.Null("the state"), Name, "num_bad_epochs"), SchedulerOptions.Whole(state, Name, "cooldown_counter"));
        var found = SchedulerOptions.List(new Dictionary<string, object?> { ["best"] = new[] { SchedulerOptions.Plain(state.GetValueOrDefault("best")) } }, Name, "best")[0];
        // torch's has no factors: they follow from the rates that it saved.
        var each = state.ContainsKey("factors") ? SchedulerOptions.List(state, Name, "factors")
            : [.. SchedulerOptions.List(state, Name, "_last_lr").Zip(BaseLrs, (now, first) => first == 0 ? 1 : now / first)];
        base.LoadStateDict(state);
        (best, bad, resting, factors) = (found, seen, wait, each);
    }
}
