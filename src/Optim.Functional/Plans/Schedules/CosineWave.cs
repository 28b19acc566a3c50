namespace Optim.Functional;

/// <summary>From the learning rate down to the least one along half a cosine, up again along the other half, and so on.</summary>
/// <remarks>torch's CosineAnnealingLR.</remarks>
/// <param name="Steps">How many steps it takes down, and up, > 0 (torch's T_max).</param>
/// <param name="EtaMin">The least learning rate.</param>
public sealed record CosineWave(long Steps, double EtaMin = 0) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("steps", Steps);
        Finite("eta_min", EtaMin);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => Cosine.Half((double)(step % (2 * Steps)) / Steps, lr, EtaMin);
}
