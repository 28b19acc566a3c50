namespace Optim.Functional;

/// <summary>torch's LinearLR: <see cref="Linear"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="startFactor">The factor at first, in [0, 1].</param>
/// <param name="endFactor">The factor at last, in [0, 1].</param>
/// <param name="totalIters">Epochs from one to the other, > 0.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class LinearLR(Optimizer optimizer, double startFactor = 1.0 / 3, double endFactor = 1, long totalIters = 5, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["start_factor"] = startFactor, ["end_factor"] = endFactor, ["total_iters"] = totalIters }, (o, _) => new Linear(o.Whole("total_iters"), o.Number("start_factor"), o.Number("end_factor")));
