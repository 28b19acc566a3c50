namespace Optim.Functional;

/// <summary>Schedules one upon another: each takes the learning rate that the one before has made.</summary>
/// <remarks>torch's ChainedScheduler.</remarks>
/// <param name="Schedules">The schedules, one at least.</param>
public sealed record Chained(IReadOnlyList<ISchedule> Schedules) : Schedule, IMomentumSchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        if (Schedules is null || Schedules.Count == 0 || Schedules.Any(s => s is null)) throw Fault.Null("a schedule");
        foreach (var schedule in Schedules) schedule.Validate();
    }

    /// <inheritdoc/>
    public override double At(long step, double lr)
    {
        for (var i = 0; i < Schedules.Count; i++) lr = Schedules[i].At(step, lr);
        return lr;
    }

    /// <inheritdoc/>
    public double? MomentumAt(long step)
    {
        double? found = null;
        for (var i = 0; i < Schedules.Count; i++) found = (Schedules[i] as IMomentumSchedule)?.MomentumAt(step) ?? found;
        return found;
    }

    /// <summary>By the schedules.</summary>
    public bool Equals(Chained? other) => other is not null && Schedules.SequenceEqual(other.Schedules);

    /// <inheritdoc/>
    public override int GetHashCode() => Schedules.Aggregate(0, HashCode.Combine);
}
