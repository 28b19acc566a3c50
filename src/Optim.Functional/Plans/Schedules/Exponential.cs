namespace Optim.Functional;

/// <summary>The learning rate times γ at each step.</summary>
/// <remarks>torch's ExponentialLR.</remarks>
/// <param name="Gamma">γ ≥ 0.</param>
public sealed record Exponential(double Gamma) : Schedule
{
    /// <inheritdoc/>
    public override void Validate() => NotNegative("gamma", Gamma);

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * Math.Pow(Gamma, step);
}
