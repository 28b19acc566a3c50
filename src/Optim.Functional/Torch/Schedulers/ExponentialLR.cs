namespace Optim.Functional;

/// <summary>torch's ExponentialLR: <see cref="Exponential"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="gamma">The factor of each epoch, ≥ 0.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class ExponentialLR(Optimizer optimizer, double gamma, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["gamma"] = gamma }, (o, _) => new Exponential(o.Number("gamma")));
