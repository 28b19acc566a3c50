namespace Optim.Functional;

/// <summary>One schedule after another, each from its own step 0 on.</summary>
/// <remarks>torch's SequentialLR.</remarks>
/// <param name="Schedules">The schedules, one at least.</param>
/// <param name="Milestones">The steps at which the second, the third and so on begin: one less, each more than the one before.</param>
public sealed record Joined(IReadOnlyList<ISchedule> Schedules, IReadOnlyList<long> Milestones) : Schedule, IMomentumSchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        if (Schedules is null || Schedules.Any(s => s is null)) throw Fault.Null("a schedule");
        if (Milestones is null) throw Fault.Null("the milestones");
        if (Schedules.Count == 0 || Milestones.Count != Schedules.Count - 1) throw Fault.Milestones(Schedules.Count, Milestones.Count);
        for (var i = 0; i < Milestones.Count; i++)
            if (Milestones[i] <= (i == 0 ? 0 : Milestones[i - 1])) throw Fault.MilestoneOrder(Milestones);
        foreach (var schedule in Schedules) schedule.Validate();
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => Schedules[Number(step)].At(Within(step), lr);

    /// <inheritdoc/>
    public double? MomentumAt(long step) => (Schedules[Number(step)] as IMomentumSchedule)?.MomentumAt(Within(step));

    int Number(long step)
    {
        var number = 0;
        while (number < Milestones.Count && step >= Milestones[number]) number++;
        return number;
    }

    long Within(long step) => Number(step) is > 0 and var n ? step - Milestones[n - 1] : step;

    /// <summary>By the schedules and the steps.</summary>
    public bool Equals(Joined? other) =>
        other is not null && Schedules.SequenceEqual(other.Schedules) && Milestones.SequenceEqual(other.Milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => Milestones.Aggregate(Schedules.Aggregate(0, HashCode.Combine), HashCode.Combine);
}
