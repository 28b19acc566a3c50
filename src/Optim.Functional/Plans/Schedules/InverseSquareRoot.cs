namespace Optim.Functional;

/// <summary>Up to the learning rate along a line, then down with the root of the step.</summary>
/// <remarks>Vaswani et al., arXiv:1706.03762v7, equation 3, of which the learning rate is the top.</remarks>
/// <param name="Warmup">Steps up, > 0.</param>
public sealed record InverseSquareRoot(long Warmup) : Schedule
{
    /// <inheritdoc/>
    public override void Validate() => Positive("warmup", Warmup);

    /// <inheritdoc/>
    public override double At(long step, double lr) => lr * Math.Min((step + 1.0) / Warmup, Math.Sqrt(Warmup / (step + 1.0)));
}
