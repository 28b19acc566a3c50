namespace Optim.Functional;

/// <summary>Down along half a cosine time and again, each time so many times as long.</summary>
/// <remarks>Loshchilov, Hutter, arXiv:1608.03983v5, equation 5; torch's CosineAnnealingWarmRestarts.</remarks>
/// <param name="Steps">Length of the first one, > 0 (torch's T_0).</param>
/// <param name="Mult">How many times as long the next one is, ≥ 1 (torch's T_mult).</param>
/// <param name="EtaMin">The least learning rate.</param>
public sealed record WarmRestarts(long Steps, int Mult = 1, double EtaMin = 0) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Positive("steps", Steps);
        Positive("mult", Mult);
        Finite("eta_min", EtaMin);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => At((double)step, lr);

    /// <summary>The same between steps: of epochs and parts of them.</summary>
    public double At(double epoch, double lr)
    {
        var (start, length) = (0.0, (double)Steps);
        if (Mult == 1) start = Math.Floor(epoch / length) * length;
        else
            for (; epoch >= start + length; length *= Mult) start += length;
        return Cosine.Half((epoch - start) / length, lr, EtaMin);
    }
}
