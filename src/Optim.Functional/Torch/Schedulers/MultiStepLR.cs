namespace Optim.Functional;

/// <summary>torch's MultiStepLR: <see cref="MultiStep"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="milestones">Epochs at which the factor counts.</param>
/// <param name="gamma">The factor, ≥ 0.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class MultiStepLR(Optimizer optimizer, IEnumerable<long> milestones, double gamma = 0.1, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["milestones"] = milestones.ToArray(), ["gamma"] = gamma }, (o, _) => new MultiStep((long[])o["milestones"]!, o.Number("gamma")));
