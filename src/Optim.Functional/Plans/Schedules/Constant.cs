namespace Optim.Functional;

/// <summary>A part of the learning rate for some steps, then all of it.</summary>
/// <remarks>torch's ConstantLR.</remarks>
/// <param name="Factor">The part, in [0, 1].</param>
/// <param name="Steps">For how many steps, ≥ 0 (torch's total_iters).</param>
public sealed record Constant(double Factor = 1.0 / 3, long Steps = 5) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Within01("factor", Factor);
        NotNegative("steps", Steps);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => step < Steps ? lr * Factor : lr;
}
