namespace Optim.Functional;

/// <summary>What a step does when a gradient holds NaN or an infinity.</summary>
public enum NonFinite
{
    /// <summary>Computes on, as torch does.</summary>
    Propagate,
    /// <summary>Throws, naming the parameter and the index; parameters and state stay as they were.</summary>
    Throw,
    /// <summary>Leaves out the whole step; parameters and state stay as they were, the step is not counted.</summary>
    Skip,
}

/// <summary>A step whose gradients are not all finite is refused or left out; of a rule that asks for the loss, also one whose loss is
/// not, at any point that is asked for.</summary>
/// <param name="Then">What is done.</param>
public sealed record FinitePolicy(NonFinite Then) : Stage, IGradientStage
{
    int IGradientStage.Order => 10;

    void IGradientStage.Decide(GradientScan gradients)
    {
        if (Then == NonFinite.Propagate || gradients.NonFinite is not { } fault) return;
        if (Then == NonFinite.Throw) throw fault;
        gradients.Skip = true;
    }
}
