namespace Optim.Functional;

/// <summary>A scheduler whose rates are those of a <see cref="ISchedule"/> for each group, which its options make.</summary>
public abstract class ScheduledLR : LRScheduler
{
    readonly Func<SchedulerOptions, int, ISchedule> make;
    ISchedule[] schedules = [];

    private protected ScheduledLR(
        Optimizer optimizer, long lastEpoch, SchedulerOptions options, Func<SchedulerOptions, int, ISchedule> make)
        : base(optimizer, options, lastEpoch)
    {
        this.make = make;
        if (schedules.Length == 0) Make(Optimizer.ParamGroups.Count);
        if (Of(0) is IMomentumSchedule moving && moving.MomentumAt(0) is not null)
            foreach (var group in Optimizer.ParamGroups)
                if (Momentum.Option(group.Rule) is null) throw Fault.NoMomentum(Name, group.Rule);
        Begin();
    }

    /// <summary>The schedule of a group.</summary>
    public ISchedule Schedule(int group = 0) => Of(group);

    ISchedule Of(int group)
    {
        if (schedules.Length <= group) Make(group + 1);
        return schedules[group];
    }

    void Make(int count) => schedules = [.. Enumerable.Range(0, count).Select(g => make(Options, g))];

    internal override double At(int group, double lr) => At(LastEpoch, group, lr);

    internal override double At(double epoch, int group, double lr) =>
        Of(group) is WarmRestarts between ? between.At(epoch, lr) : Of(group).At((long)epoch, lr);

    internal override double? MomentumAt(int group) => (Of(group) as IMomentumSchedule)?.MomentumAt(LastEpoch);

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, object?> state)
    {
        base.LoadStateDict(state);
        schedules = [];
    }
}
