namespace Optim.Functional.Rules;

/// <summary>Base of the library's schedules: pure, of the optimizer's step alone, so that the value at a step never depends on how one got
/// there.</summary>
public abstract record Schedule : Stage, ISchedule
{
    /// <inheritdoc cref="Stage()"/>
    protected Schedule() { }

    /// <inheritdoc cref="Stage(Stage)"/>
    protected Schedule(Schedule original) : base(original) { }

    /// <inheritdoc/>
    public abstract double At(long step, double lr);

    private protected void Positive(string what, long got)
    {
        if (got <= 0) throw Fault.ScheduleSteps(GetType().Name, what, got);
    }

    private protected void NotNegative(string what, long got)
    {
        if (got < 0) throw Fault.ScheduleFrom(GetType().Name, what, got);
    }

    private protected void Finite(string what, double got) => Fault.Finite(GetType().Name, what, got);

    private protected void NotNegative(string what, double got) => Fault.NotNegative(GetType().Name, what, Fault.Finite(GetType().Name, what, got));

    private protected void Within01(string what, double got) => Fault.Within01(GetType().Name, what, got);
}

/// <summary>A schedule that moves the momentum too: option <c>momentum</c>, or the first of <c>betas</c>.</summary>
public interface IMomentumSchedule : ISchedule
{
    /// <summary>The momentum of a step; null: the rule's own.</summary>
    double? MomentumAt(long step);
}
