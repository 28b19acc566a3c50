namespace Optim.Functional;

/// <summary>torch's ConstantLR: <see cref="Constant"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="factor">The factor, in [0, 1].</param>
/// <param name="totalIters">Epochs that it lasts.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, long totalIters = 5, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["factor"] = factor, ["total_iters"] = totalIters }, (o, _) => new Constant(o.Number("factor"), o.Whole("total_iters")));
