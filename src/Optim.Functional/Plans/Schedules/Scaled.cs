namespace Optim.Functional;

/// <summary>A schedule times a number.</summary>
/// <param name="Of">The schedule.</param>
/// <param name="Factor">The number, ≥ 0.</param>
public sealed record Scaled(ISchedule Of, double Factor) : Schedule, IMomentumSchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        (Of ?? throw Fault.Null("the schedule")).Validate();
        NotNegative("factor", Factor);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => Factor * Of.At(step, lr);

    /// <inheritdoc/>
    public double? MomentumAt(long step) => (Of as IMomentumSchedule)?.MomentumAt(step);
}
