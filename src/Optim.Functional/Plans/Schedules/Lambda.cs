namespace Optim.Functional;

/// <summary>The learning rate times a function of the step.</summary>
/// <remarks>torch's LambdaLR. A function cannot be saved: a saved plan names it, and is loaded into one that has it.</remarks>
/// <param name="Factor">The factor of a step; pure.</param>
/// <param name="Name">What it is called where it is printed and saved.</param>
public sealed record Lambda(Func<long, double> Factor, string Name = "a function") : Schedule
{
    /// <inheritdoc/>
    public override void Validate() => _ = Factor ?? throw Fault.Null("the factor");

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * Factor(step);
}
