namespace Optim.Functional;

/// <summary>The learning rate times γ each time so many steps have passed.</summary>
/// <remarks>torch's StepLR.</remarks>
/// <param name="StepSize">How many steps, > 0.</param>
/// <param name="Gamma">γ ≥ 0.</param>
public sealed record StepDecay(long StepSize, double Gamma = 0.1) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("step_size", StepSize);
        NotNegative("gamma", Gamma);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * Math.Pow(Gamma, step / StepSize);
}
