namespace Optim.Functional;

/// <summary>How the top of a <see cref="Cyclic"/> changes.</summary>
public enum CyclicMode
{
    /// <summary>It stays.</summary>
    Triangular,

    /// <summary>It halves with each cycle.</summary>
    Triangular2,

    /// <summary>It shrinks by γ with each step.</summary>
    ExpRange,
}

/// <summary>From a least learning rate up to a greatest one and down again, in turns; the momentum the other way round.</summary>
/// <remarks>Smith, arXiv:1506.01186v6; torch's CyclicLR. The group's own learning rate does not matter.</remarks>
/// <param name="BaseLr">The least learning rate.</param>
/// <param name="MaxLr">The greatest.</param>
/// <param name="StepSizeUp">Steps from one to the other, > 0.</param>
/// <param name="StepSizeDown">Steps back, > 0; null: as many.</param>
/// <param name="Mode">What becomes of the greatest.</param>
/// <param name="Gamma">γ of <see cref="CyclicMode.ExpRange"/>.</param>
/// <param name="CycleMomentum">Whether the momentum is moved too.</param>
/// <param name="BaseMomentum">The least momentum.</param>
/// <param name="MaxMomentum">The greatest.</param>
public sealed record Cyclic(
    double BaseLr, double MaxLr, long StepSizeUp = 2000, long? StepSizeDown = null, CyclicMode Mode = CyclicMode.Triangular,
    double Gamma = 1, bool CycleMomentum = false, double BaseMomentum = 0.8, double MaxMomentum = 0.9) : Schedule, IMomentumSchedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        NotNegative("base_lr", BaseLr);
        NotNegative("max_lr", MaxLr);
        Positive("step_size_up", StepSizeUp);
        Positive("step_size_down", StepSizeDown ?? StepSizeUp);
        Finite("gamma", Gamma);
        Within01("base_momentum", BaseMomentum);
        Within01("max_momentum", MaxMomentum);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr) => BaseLr + (MaxLr - BaseLr) * Height(step);

    /// <inheritdoc/>
    public double? MomentumAt(long step) => CycleMomentum ? MaxMomentum - (MaxMomentum - BaseMomentum) * Height(step) : null;

    /// <summary>How high it is, from 0 to 1.</summary>
    double Height(long step)
    {
        var (up, down) = (StepSizeUp, StepSizeDown ?? StepSizeUp);
        var (cycle, within) = Math.DivRem(step, up + down);
        var height = within <= up ? (double)within / up : (double)(up + down - within) / down;
        return height * Mode switch
        {
            CyclicMode.Triangular2 => Math.ScaleB(1, -(int)Math.Min(cycle, 2000)),
            CyclicMode.ExpRange => Math.Pow(Gamma, step),
            _ => 1,
        };
    }
}
