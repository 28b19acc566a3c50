namespace Optim.Functional;

/// <summary>torch's StepLR: <see cref="StepDecay"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="stepSize">Epochs from one factor to the next, > 0.</param>
/// <param name="gamma">The factor, ≥ 0.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class StepLR(Optimizer optimizer, long stepSize, double gamma = 0.1, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["step_size"] = stepSize, ["gamma"] = gamma }, (o, _) => new StepDecay(o.Whole("step_size"), o.Number("gamma")));
