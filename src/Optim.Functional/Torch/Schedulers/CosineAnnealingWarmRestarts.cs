namespace Optim.Functional;

/// <summary>torch's CosineAnnealingWarmRestarts: <see cref="WarmRestarts"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="t0">Epochs of the first cosine, > 0.</param>
/// <param name="tMult">How many times as long the next one is, ≥ 1.</param>
/// <param name="etaMin">The least learning rate.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class CosineAnnealingWarmRestarts(Optimizer optimizer, long t0, int tMult = 1, double etaMin = 0, long lastEpoch = -1)
    : ScheduledLR(
        optimizer, lastEpoch, new() { ["T_0"] = t0, ["T_mult"] = (long)tMult, ["eta_min"] = etaMin },
        (o, _) => new WarmRestarts(o.Whole("T_0"), (int)o.Whole("T_mult"), o.Number("eta_min")))
{
    double? between;

    /// <summary>An epoch, or a part of one: <c>Step(epoch + batch / batches)</c>.</summary>
    /// <exception cref="ArgumentException">It is negative or no number.</exception>
    public void Step(double epoch)
    {
        if (!(epoch >= 0)) throw Fault.Epoch(epoch);
        (between, LastEpoch) = (epoch, (long)Math.Floor(epoch));
        Write();
    }

    private protected override void Advance()
    {
        between = null;
        base.Advance();
    }

    internal override double At(int group, double lr) => At(between ?? LastEpoch, group, lr);
}
