namespace Optim.Functional;

/// <summary>From the learning rate to another one, and then on at that: what comes before averaging weights.</summary>
/// <remarks>Izmailov et al., arXiv:1803.05407v3; torch's SWALR.</remarks>
/// <param name="To">The other one, ≥ 0.</param>
/// <param name="Steps">Steps until then, ≥ 0.</param>
/// <param name="IsLinear">Along a line, and not half a cosine.</param>
public sealed record AnnealTo(double To, long Steps, bool IsLinear = false) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        NotNegative("to", To);
        NotNegative("steps", Steps);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) =>
        step >= Steps ? To
        : IsLinear ? lr + (To - lr) * step / Steps
        : Cosine.Half((double)step / Steps, lr, To);
}
