namespace Optim.Functional.Rules;

/// <summary>A rule that also learns from other gradients than those of its steps: of labels that the model drew itself (Sophia), of the
/// parameters before a step (MARS). One slot is made of them, and nothing moves: <see cref="Pure.Observe"/>,
/// <see cref="Optimizer.Observe"/>.</summary>
public interface IObservingRule : IGradientRule
{
    /// <summary>The key of the slot, which has the parameter's shape.</summary>
    string Observed { get; }

    /// <summary>Binds the slot's formula: its <see cref="IStep{L}.Step"/> gives the next number from the one before, θ there, and the
    /// gradient, which is negative to ascend.</summary>
    void Observe<L, U>(ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseStep<L>;
}
