namespace Optim.Functional;

/// <summary>From the learning rate down to 0 along (1 - t/n)^p, and then on at 0.</summary>
/// <remarks>torch's PolynomialLR.</remarks>
/// <param name="Steps">n > 0, the steps it takes (torch's total_iters).</param>
/// <param name="Power">p ≥ 0.</param>
public sealed record Polynomial(long Steps, double Power = 1) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("steps", Steps);
        NotNegative("power", Power);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * Math.Pow(1 - (double)Math.Min(step, Steps) / Steps, Power);
}
