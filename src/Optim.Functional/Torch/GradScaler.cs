namespace Optim.Functional;

/// <summary>torch.amp.GradScaler: a factor on the loss, so that small gradients of half precision do not vanish, which is divided out of the
/// gradients again. It grows while all is finite, and shrinks where something was not.</summary>
/// <example><code>model.Backward(scaler.Scale(loss)); scaler.Step(optimizer); scaler.Update();</code></example>
public sealed class GradScaler
{
    readonly Dictionary<Optimizer, bool> seen = []; // those whose gradients were looked at since the last update: were they finite?
    double scale;

    /// <param name="initScale">The first factor, > 0.</param>
    /// <param name="growthFactor">What it grows by, > 1.</param>
    /// <param name="backoffFactor">What it shrinks by, in (0, 1).</param>
    /// <param name="growthInterval">Steps without a number that is not finite after which it grows, > 0.</param>
    /// <param name="enabled">False: the factor is 1, and steps are steps.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public GradScaler(double initScale = 65536, double growthFactor = 2, double backoffFactor = 0.5, long growthInterval = 2000, bool enabled = true)
    {
        scale = Fault.Positive(nameof(GradScaler), "init_scale", Fault.Finite(nameof(GradScaler), "init_scale", initScale));
        GrowthFactor = growthFactor > 1 && double.IsFinite(growthFactor) ? growthFactor : throw Fault.ScalerFactor("growth_factor", "> 1", growthFactor);
        BackoffFactor = backoffFactor is > 0 and < 1 ? backoffFactor : throw Fault.ScalerFactor("backoff_factor", "in (0, 1)", backoffFactor);
        GrowthInterval = growthInterval > 0 ? growthInterval : throw Fault.ScheduleSteps(nameof(GradScaler), "growth_interval", growthInterval);
        IsEnabled = enabled;
    }

    /// <summary>What the factor grows by.</summary>
    public double GrowthFactor { get; private set; }

    /// <summary>What it shrinks by.</summary>
    public double BackoffFactor { get; private set; }

    /// <summary>Steps after which it grows.</summary>
    public long GrowthInterval { get; private set; }

    /// <summary>Whether it does anything.</summary>
    public bool IsEnabled { get; }

    /// <summary>Steps since it grew or shrank.</summary>
    public long GrowthTracker { get; private set; }

    /// <summary>The factor.</summary>
    public double GetScale() => IsEnabled ? scale : 1;

    /// <summary>The loss times the factor.</summary>
    public double Scale(double loss) => loss * GetScale();

    /// <summary>Divides the factor out of the gradients, in place, so that they can be looked at or clipped before the step.</summary>
    /// <exception cref="InvalidOperationException">They have been divided since the last <see cref="Update"/>.</exception>
    public void Unscale(Optimizer optimizer)
    {
        if (!IsEnabled) return;
        if (optimizer is { IsOver: true }) throw Fault.UnscaledOver();
        if (!seen.TryAdd(optimizer ?? throw Fault.Null("the optimizer"), true)) throw Fault.UnscaledTwice();
        NDArray[] gradients =
            [.. optimizer.ParamGroups.SelectMany(group => group.Parameters).Select(parameter => parameter.Grad).OfType<NDArray>()];
        seen[optimizer] = Divide<float>(gradients, optimizer.Execution) & Divide<double>(gradients, optimizer.Execution);
    }

    /// <summary>Divides those of a type.</summary>
    /// <returns>Whether all are finite.</returns>
    bool Divide<T>(NDArray[] gradients, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        NDArray<T>[] all = [.. gradients.OfType<NDArray<T>>()];
        var largest = new double[all.Length];
        if (all.FirstOrDefault()?.Device is { } device)
        {
            var passes = new TensorPasses<T>();
            foreach (var g in all) passes.Run(new Pass.Times(1 / scale), g, g, how);
            device.Engine<T>().MaxAbs(Array.ConvertAll(all, Given<T>.Bare), largest);
        }
        else
            for (var i = 0; i < all.Length; i++)
                Flat.Copy(all[i].Place, 1 / scale, all[i].Place, checked((int)all[i].Stored), largest.AsSpan(i, 1), how);
        return Array.TrueForAll(largest, double.IsFinite);
    }

    /// <summary>A step with the factor divided out; none where a gradient is not finite, which the optimizer's schedulers see.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="ArgumentException">As <see cref="Optimizer.Step()"/>.</exception>
    public bool Step(Optimizer optimizer)
    {
        if (optimizer is null) throw Fault.Null("the optimizer");
        var before = optimizer.Steps;
        if (!IsEnabled) optimizer.Step();
        else if (!seen.TryGetValue(optimizer, out var isFinite)) Fused(optimizer);
        else if (isFinite) optimizer.Step();
        else optimizer.LeaveOut();
        return optimizer.Steps > before;
    }

    /// <summary>The division and the look at the gradients are part of the step's own pass.</summary>
    void Fused(Optimizer optimizer)
    {
        var (policy, factor, leftOut) = (optimizer.NonFinite, optimizer.GradScale, optimizer.StepsLeftOut);
        try
        {
            (optimizer.NonFinite, optimizer.GradScale) = (NonFinite.Skip, factor / scale);
            optimizer.Step();
        }
        finally { (optimizer.NonFinite, optimizer.GradScale) = (policy, factor); }
        seen[optimizer] = optimizer.StepsLeftOut == leftOut;
    }

    /// <summary>Ends an iteration: the factor grows, shrinks or stays.</summary>
    /// <param name="newScale">Another factor, > 0, in place of what it would be.</param>
    /// <exception cref="InvalidOperationException">There was no step since the last one.</exception>
    /// <exception cref="ArgumentException">The factor is out of range.</exception>
    public void Update(double? newScale = null)
    {
        if (!IsEnabled) return;
        if (newScale is { } given) scale = Fault.Positive(nameof(GradScaler), "new_scale", Fault.Finite(nameof(GradScaler), "new_scale", given));
        else if (seen.Count == 0) throw Fault.NothingScaled();
        else if (seen.ContainsValue(false)) (scale, GrowthTracker) = (scale * BackoffFactor, 0);
        else if (++GrowthTracker == GrowthInterval)
        {
            if (double.IsFinite(scale * GrowthFactor)) scale *= GrowthFactor;
            GrowthTracker = 0;
        }
        seen.Clear();
    }

    /// <summary>What it takes to go on, by torch's names; nothing where it is not enabled.</summary>
    public IReadOnlyDictionary<string, object?> StateDict() => !IsEnabled ? new Dictionary<string, object?>() : new Dictionary<string, object?>
    {
        ["scale"] = scale,
        ["growth_factor"] = GrowthFactor,
        ["backoff_factor"] = BackoffFactor,
        ["growth_interval"] = GrowthInterval,
        ["_growth_tracker"] = GrowthTracker,
    };

    /// <summary>Goes on where another one was.</summary>
    /// <exception cref="ArgumentException">Something is missing, or of another type or range; nothing is changed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, object?> state)
    {
        if (state is null) throw Fault.Null("the state");
        if (!IsEnabled) return;
        double Number(string key) => SchedulerOptions.Plain(state.GetValueOrDefault(key)) is IConvertible x and not (bool or string)
            ? x.ToDouble(null) : throw Fault.SchedulerState(nameof(GradScaler), key, state.GetValueOrDefault(key));
        var other = new GradScaler(Number("scale"), Number("growth_factor"), Number("backoff_factor"), (long)Number("growth_interval"));
        GrowthTracker = (long)Number("_growth_tracker");
        (scale, GrowthFactor, BackoffFactor, GrowthInterval) = (other.scale, other.GrowthFactor, other.BackoffFactor, other.GrowthInterval);
    }
}
