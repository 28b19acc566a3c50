namespace Optim.Functional;

/// <summary>A factor on the learning rate, after the schedule: of a part of a plan, some of the parameters'.</summary>
/// <param name="Factor">≥ 0; no unit.</param>
public sealed record LrFactor(double Factor) : Stage
{
    /// <inheritdoc/>
    public override void Validate() => Fault.NotNegative(nameof(LrFactor), "factor", Factor);
}
