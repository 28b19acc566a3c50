namespace Optim.Functional;

/// <summary>The loss was multiplied by this before it was differentiated, so the gradients are divided by it.</summary>
/// <param name="Scale">Finite and not 0; no unit.</param>
public sealed record LossScale(double Scale) : Stage, IGradientStage
{
    int IGradientStage.Order => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!double.IsFinite(Scale) || Scale == 0) throw Fault.LossScale(Scale);
    }

    void IGradientStage.Decide(GradientScan gradients) => gradients.Scale /= Scale;
}
