namespace Optim.Functional;

/// <summary>The learning rate times the product of a function of steps 1 to the step at hand.</summary>
/// <remarks>torch's MultiplicativeLR. A function cannot be saved: a saved plan names it, and is loaded into one that has it.</remarks>
/// <param name="Factor">The factor of a step from 1 on; pure.</param>
/// <param name="Name">What it is called where it is printed and saved.</param>
public sealed record Multiplicative(Func<long, double> Factor, string Name = "a function") : Schedule
{
    /// <inheritdoc/>
    public override void Validate() => _ = Factor ?? throw Fault.Null("the factor");

    Made last = new(0, 1);

    /// <inheritdoc/>
    public override double At(long step, double lr)
    {
        // The product of the step before is kept: what it is does not depend on it.
        var product = last;
        if (product.Step > step) product = new(0, 1);
        while (product.Step < step) product = new(product.Step + 1, product.Value * Factor(product.Step + 1));
        last = product;
        return lr * product.Value;
    }

    /// <summary>By the function and its name.</summary>
    public bool Equals(Multiplicative? other) => other is not null && Factor == other.Factor && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Factor, Name);

    sealed record Made(long Step, double Value);
}
