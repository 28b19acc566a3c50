namespace Optim.Functional;

/// <summary>torch's CosineAnnealingLR: <see cref="CosineWave"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="tMax">Epochs down, > 0.</param>
/// <param name="etaMin">The least learning rate.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class CosineAnnealingLR(Optimizer optimizer, long tMax, double etaMin = 0, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["T_max"] = tMax, ["eta_min"] = etaMin }, (o, _) => new CosineWave(o.Whole("T_max"), o.Number("eta_min")));
