namespace Optim.Functional;

/// <summary>torch's CyclicLR: <see cref="Cyclic"/>; it moves momentum too unless told not to.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="baseLr">The least learning rate, one or one for each group.</param>
/// <param name="maxLr">The greatest, likewise.</param>
/// <param name="stepSizeUp">Steps up, > 0.</param>
/// <param name="stepSizeDown">Steps down, > 0; null: as many.</param>
/// <param name="mode">What becomes of the greatest.</param>
/// <param name="gamma">The factor of a step in the mode ExpRange.</param>
/// <param name="cycleMomentum">Whether the momentum is moved.</param>
/// <param name="baseMomentum">The least momentum.</param>
/// <param name="maxMomentum">The greatest.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class CyclicLR(Optimizer optimizer, PerGroup baseLr, PerGroup maxLr, long stepSizeUp = 2000, long? stepSizeDown = null,
    CyclicMode mode = CyclicMode.Triangular, double gamma = 1, bool cycleMomentum = true, double baseMomentum = 0.8,
    double maxMomentum = 0.9, long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["base_lr"] = baseLr.Value, ["max_lr"] = maxLr.Value, ["step_size_up"] = stepSizeUp, ["step_size_down"] = stepSizeDown ?? stepSizeUp, ["mode"] = mode.ToString(), ["gamma"] = gamma, ["cycle_momentum"] = cycleMomentum, ["base_momentum"] = baseMomentum, ["max_momentum"] = maxMomentum }, (o, g) => new Cyclic(
        o.Number("base_lr", g), o.Number("max_lr", g), o.Whole("step_size_up"), o.Whole("step_size_down"),
        Enum.Parse<CyclicMode>((string)o["mode"]!), o.Number("gamma"), o.Is("cycle_momentum"), o.Number("base_momentum"), o.Number("max_momentum")));
