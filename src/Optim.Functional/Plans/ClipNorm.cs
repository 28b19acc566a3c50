namespace Optim.Functional;

/// <summary>Gradients scaled down where their norm, of all parameters together, is more than a limit: g·min(1, max_norm/(‖g‖ + 1e-6)).</summary>
/// <remarks>Pascanu, Mikolov, Bengio, arXiv:1211.5063, Algorithm 1; the 1e-6 is torch's, as in clip_grad_norm_. The norm is one pass over the
/// gradients; scaling them is part of the step. A norm that is NaN makes all so, as in torch.</remarks>
/// <param name="MaxNorm">&gt; 0, in units of g.</param>
public sealed record ClipNorm(double MaxNorm) : Stage, IGradientStage
{
    const double Least = 1e-6;

    int IGradientStage.Order => 20;

    /// <inheritdoc/>
    public override void Validate() => Fault.Positive(nameof(ClipNorm), "max_norm", MaxNorm);

    string? IStage.Refuses(IRule rule) => rule is IClosureRule ? "it would change the slope that its closure's loss has; clip in the closure" : null;

    void IGradientStage.Decide(GradientScan gradients)
    {
        if (double.IsPositiveInfinity(MaxNorm)) return;
        gradients.Reported = gradients.Norm;
        gradients.Scale *= Math.Min(1, MaxNorm / (gradients.Reported + Least));
    }
}
