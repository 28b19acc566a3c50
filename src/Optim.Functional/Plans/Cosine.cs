namespace Optim.Functional;

/// <summary>From the learning rate down to the least one along half a cosine, and then on at that.</summary>
/// <remarks>Loshchilov, Hutter, arXiv:1608.03983v5, equation 5, without restarts. torch's CosineAnnealingLR has the same values up to T_max
/// and climbs again after it.</remarks>
/// <param name="Steps">How many steps it takes, > 0 (torch's T_max).</param>
/// <param name="EtaMin">The least learning rate.</param>
public sealed record Cosine(long Steps, double EtaMin = 0) : Stage, ISchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        if (Steps <= 0) throw Fault.ScheduleSteps(nameof(Cosine), Steps);
        Fault.Finite(nameof(Cosine), "eta_min", EtaMin);
    }

    /// <inheritdoc/>
    public double At(long step, double lr) => step >= Steps ? EtaMin : EtaMin + (lr - EtaMin) * (1 + Math.Cos(Math.PI * step / Steps)) / 2;
}
