namespace Optim.Functional;

/// <summary>torch's OneCycleLR: <see cref="OneCycle"/>; it moves momentum too unless told not to.</summary>
public sealed class OneCycleLR : ScheduledLR
{
    /// <param name="optimizer">Whose groups.</param>
    /// <param name="maxLr">The greatest learning rate, one or one for each group.</param>
    /// <param name="totalSteps">The steps of all of it, > 0; or null, and the next two.</param>
    /// <param name="epochs">Epochs, > 0.</param>
    /// <param name="stepsPerEpoch">Steps in each, > 0.</param>
    /// <param name="pctStart">The part in which it rises, in [0, 1].</param>
    /// <param name="annealStrategy">"cos" or "linear".</param>
    /// <param name="cycleMomentum">Whether the momentum is moved.</param>
    /// <param name="baseMomentum">The least momentum.</param>
    /// <param name="maxMomentum">The greatest.</param>
    /// <param name="divFactor">The greatest learning rate over the first, > 0.</param>
    /// <param name="finalDivFactor">The first over the last, > 0.</param>
    /// <param name="threePhase">Down to the first, and then to the last; else down at once.</param>
    /// <param name="lastEpoch">The last step of a run that goes on; -1: from the beginning.</param>
    public OneCycleLR(
        Optimizer optimizer, PerGroup maxLr, long? totalSteps = null, long? epochs = null, long? stepsPerEpoch = null,
        double pctStart = 0.3, string annealStrategy = Anneal.Cosine, bool cycleMomentum = true, double baseMomentum = 0.85,
        double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false, long lastEpoch = -1)
        : base(
            optimizer,
            lastEpoch,
            new()
            {
                ["max_lr"] = maxLr.Value,
                ["total_steps"] = totalSteps ?? epochs * stepsPerEpoch ?? throw Fault.CycleLength(),
                ["pct_start"] = pctStart,
                ["anneal_strategy"] = Anneal.Checked(nameof(OneCycleLR), annealStrategy),
                ["cycle_momentum"] = cycleMomentum,
                ["base_momentum"] = baseMomentum,
                ["max_momentum"] = maxMomentum,
                ["div_factor"] = divFactor,
                ["final_div_factor"] = finalDivFactor,
                ["three_phase"] = threePhase,
            },
            (o, g) => new OneCycle(
                o.Number("max_lr", g), o.Whole("total_steps"), o.Number("pct_start"), (string)o["anneal_strategy"]! == Anneal.Linear,
                o.Is("cycle_momentum"), o.Number("base_momentum"), o.Number("max_momentum"), o.Number("div_factor"),
                o.Number("final_div_factor"), o.Is("three_phase")))
    { }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">All its steps are made.</exception>
    public override void Step()
    {
        if (LastEpoch + 1 >= Options.Whole("total_steps")) throw Fault.CycleEnded(LastEpoch + 1, Options.Whole("total_steps"));
        base.Step();
    }
}
