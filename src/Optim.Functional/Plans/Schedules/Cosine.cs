namespace Optim.Functional;

/// <summary>From the learning rate down to the least one along half a cosine, and then on at that.</summary>
/// <remarks>Loshchilov, Hutter, arXiv:1608.03983v5, equation 5, without restarts. torch's CosineAnnealingLR has the same values up to T_max
/// and climbs again after it: <see cref="CosineWave"/>.</remarks>
/// <param name="Steps">How many steps it takes, > 0 (torch's T_max).</param>
/// <param name="EtaMin">The least learning rate.</param>
public sealed record Cosine(long Steps, double EtaMin = 0) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("steps", Steps);
        Finite("eta_min", EtaMin);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => step >= Steps ? EtaMin : Half((double)step / Steps, lr, EtaMin);

    /// <summary>From one value to another one along half a cosine, of which <paramref name="part"/> has passed.</summary>
    internal static double Half(double part, double from, double to) => to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2;
}
