namespace Optim.Functional;

/// <summary>Up along a line, on at the learning rate, and down at the end.</summary>
/// <remarks>Hu et al., arXiv:2404.06395v3, section 4.2; down along a line, or 1 minus the root of the part that has passed: Hägele et al.,
/// arXiv:2405.18392v3.</remarks>
/// <param name="Warmup">Steps up, ≥ 0.</param>
/// <param name="Stable">Steps at the learning rate, ≥ 0.</param>
/// <param name="Decay">Steps down, ≥ 0.</param>
/// <param name="EndFactor">The part of the learning rate at last, in [0, 1].</param>
/// <param name="SquareRoot">Down along 1 - √x, and not a line.</param>
public sealed record WarmupStableDecay(long Warmup, long Stable, long Decay, double EndFactor = 0, bool SquareRoot = false) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        NotNegative("warmup", Warmup);
        NotNegative("stable", Stable);
        NotNegative("decay", Decay);
        Within01("end_factor", EndFactor);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr)
    {
        if (step < Warmup) return lr * (step + 1) / Warmup;
        var down = step - Warmup - Stable;
        if (down < 0) return lr;
        var passed = down >= Decay ? 1 : (double)down / Decay;
        return lr * (1 - (1 - EndFactor) * (SquareRoot ? Math.Sqrt(passed) : passed));
    }
}
