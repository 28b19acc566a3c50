namespace Optim.Functional;

/// <summary>Base of the library's gradient maps.</summary>
public abstract record GradientMap : Stage, IStage
{
    string? IStage.Refuses(IRule rule) => rule switch
    {
        IClosureRule => "it would change the slope that its closure's loss has; do it in the closure",
        IGradientRule { Sparse: SparseGradients.Only } => "it makes gradients dense, and this rule takes sparse ones only",
        _ => null,
    };
}
