namespace Optim.Functional;

/// <summary>A part of the learning rate that goes along a line from one to another, and then stays.</summary>
/// <remarks>torch's LinearLR.</remarks>
/// <param name="Steps">How many steps it takes, > 0 (torch's total_iters).</param>
/// <param name="StartFactor">The part at first, in [0, 1].</param>
/// <param name="EndFactor">The part at last, in [0, 1].</param>
public sealed record Linear(long Steps, double StartFactor = 1.0 / 3, double EndFactor = 1) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("steps", Steps);
        Within01("start_factor", StartFactor);
        Within01("end_factor", EndFactor);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * (StartFactor + (EndFactor - StartFactor) * Math.Min(step, Steps) / Steps);
}
