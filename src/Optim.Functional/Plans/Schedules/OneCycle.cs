namespace Optim.Functional;

/// <summary>Up to a greatest learning rate, and down to a very small one; the momentum the other way round.</summary>
/// <remarks>Smith, Topin, arXiv:1708.07120v3; torch's OneCycleLR. It starts at max_lr/div_factor and ends at max_lr/div_factor/final_div_factor;
/// the group's own learning rate does not matter. After its last step it stays.</remarks>
/// <param name="MaxLr">The greatest learning rate.</param>
/// <param name="TotalSteps">The steps of all of it, > 0.</param>
/// <param name="PctStart">The part of them in which it rises, in [0, 1].</param>
/// <param name="IsLinear">Along lines, and not half cosines.</param>
/// <param name="CycleMomentum">Whether the momentum is moved too.</param>
/// <param name="BaseMomentum">The least momentum.</param>
/// <param name="MaxMomentum">The greatest.</param>
/// <param name="DivFactor">The greatest over the first, > 0.</param>
/// <param name="FinalDivFactor">The first over the last, > 0.</param>
/// <param name="ThreePhase">Down to the first in as many steps as up, and then to the last; else down at once.</param>
public sealed record OneCycle(
    double MaxLr, long TotalSteps, double PctStart = 0.3, bool IsLinear = false, bool CycleMomentum = false, double BaseMomentum = 0.85,
    double MaxMomentum = 0.95, double DivFactor = 25, double FinalDivFactor = 1e4, bool ThreePhase = false) : Schedule, IMomentumSchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        NotNegative("max_lr", MaxLr);
        Positive("total_steps", TotalSteps);
        Within01("pct_start", PctStart);
        Within01("base_momentum", BaseMomentum);
        Within01("max_momentum", MaxMomentum);
        Fault.Positive(nameof(OneCycle), "div_factor", DivFactor);
        Fault.Positive(nameof(OneCycle), "final_div_factor", FinalDivFactor);
    }

    double First => MaxLr / DivFactor;

    /// <inheritdoc/>
    public override double At(long step, double lr) => Along(step, First, MaxLr, First, First / FinalDivFactor);

    /// <inheritdoc/>
    public double? MomentumAt(long step) => CycleMomentum ? Along(step, MaxMomentum, BaseMomentum, MaxMomentum, MaxMomentum) : null;

    /// <summary>From the first value to the second, the third and the fourth, or, in two phases, the first, the second and the
    /// fourth.</summary>
    double Along(long step, double first, double second, double third, double fourth)
    {
        var (up, last) = (PctStart * TotalSteps - 1, TotalSteps - 1.0);
        (double End, double From, double To)[] phases = ThreePhase
            ? [(up, first, second), (2 * PctStart * TotalSteps - 2, second, third), (last, third, fourth)]
            : [(up, first, second), (last, second, fourth)];
        var start = 0.0;
        foreach (var (end, from, to) in phases)
        {
            if (step <= end && end > start) return Between((step - start) / (end - start), from, to);
            start = end;
        }
        return phases[^1].To;
    }

    double Between(double part, double from, double to) => IsLinear ? from + (to - from) * part : Cosine.Half(part, from, to);
}
