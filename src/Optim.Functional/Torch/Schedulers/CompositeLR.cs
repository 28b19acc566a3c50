namespace Optim.Functional;

/// <summary>A scheduler made of others.</summary>
public abstract class CompositeLR : LRScheduler
{
    private protected CompositeLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, SchedulerOptions options, long lastEpoch)
        : base(optimizer, options, lastEpoch)
    {
        Schedulers = [.. schedulers ?? throw Fault.Null("the schedulers")];
        if (Schedulers.Count == 0) throw Fault.NoSchedulers(Name);
        foreach (var (i, scheduler) in Schedulers.Index())
        {
            if (scheduler is null) throw Fault.Null("a scheduler");
            if (!ReferenceEquals(scheduler.Over, optimizer)) throw Fault.OtherOptimizer(Name, i);
            if (scheduler is ReduceLROnPlateau) throw Fault.PlateauWithin(Name, i);
        }
    }

    /// <summary>The schedulers that it is made of.</summary>
    public IReadOnlyList<LRScheduler> Schedulers { get; }

    /// <summary>Acts in their place from now on.</summary>
    private protected void Take()
    {
        foreach (var scheduler in Schedulers) Optimizer.Schedulers.Remove(scheduler);
        Begin();
    }

    internal override double At(int group, double lr) => At(LastEpoch, group, lr);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> StateDict() =>
        new Dictionary<string, object?>(base.StateDict()) { ["_schedulers"] = Schedulers.Select(s => s.StateDict()).ToArray() };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, object?> state)
    {
        if (SchedulerOptions.Plain((state ?? throw Fault.Null("the state")).GetValueOrDefault("_schedulers")) is not IEnumerable<object> all
            || all.ToArray() is var parts && (parts.Length != Schedulers.Count || parts.Any(p => p is not IReadOnlyDictionary<string, object?>)))
            throw Fault.SchedulerState(Name, "_schedulers", state.GetValueOrDefault("_schedulers"));
        base.LoadStateDict(state);
        foreach (var (part, scheduler) in parts.Zip(Schedulers)) scheduler.LoadStateDict((IReadOnlyDictionary<string, object?>)part);
    }
}
