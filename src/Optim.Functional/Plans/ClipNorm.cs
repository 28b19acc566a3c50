namespace Optim.Functional;

/// <summary>Gradients scaled down where their norm, of all parameters together, is more than a limit:
/// g·min(1, max_norm/(‖g‖ + ε)).</summary>
/// <remarks>Pascanu, Mikolov, Bengio, arXiv:1211.5063, Algorithm 1; torch's clip_grad_norm_ has ε = 1e-6, timm's LAMB 0. The norm is
/// one pass over the gradients; scaling them is part of the step. A norm that is NaN makes all so, as in torch.</remarks>
/// <param name="MaxNorm">&gt; 0, in units of g.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
public sealed record ClipNorm(double MaxNorm, double Eps = 1e-6) : Stage, IGradientStage
{
    int IGradientStage.Order => 20;

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.Positive(nameof(ClipNorm), "max_norm", MaxNorm);
        Fault.NotNegative(nameof(ClipNorm), "eps", Eps);
    }

    string? IStage.Refuses(IRule rule) =>
        rule is IClosureRule ? "it would change the slope that its closure's loss has; clip in the closure" : null;

    void IGradientStage.Decide(GradientScan gradients)
    {
        if (double.IsPositiveInfinity(MaxNorm)) return;
        gradients.Reported = gradients.Norm;
        gradients.Scale *= Math.Min(1, MaxNorm / (gradients.Reported + Eps));
    }
}
