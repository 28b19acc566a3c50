namespace Optim.Functional;

/// <summary>torch's PolynomialLR: <see cref="Polynomial"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="totalIters">Epochs until 0, > 0.</param>
/// <param name="power">The power, ≥ 0.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class PolynomialLR(Optimizer optimizer, long totalIters = 5, double power = 1, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["total_iters"] = totalIters, ["power"] = power }, (o, _) => new Polynomial(o.Whole("total_iters"), o.Number("power")));
