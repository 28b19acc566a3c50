namespace Optim.Functional.Rules;

/// <summary>A rule that is given gradients: what faces, states and files know of it, whatever its step looks at.</summary>
public interface IGradientRule : IRule
{
    /// <summary>What is kept for a parameter of this shape; the same list at every call, while the options are the same. At most
    /// eight.</summary>
    IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape);

    /// <summary>Those slots that come and go with the options (amsgrad, momentum): a saved state may have or lack them. Default
    /// none.</summary>
    IReadOnlyList<SlotSpec> OptionalSlots => [];

    /// <summary>Value of a slot before its first step. Default 0.</summary>
    /// <param name="slot">One of <see cref="SlotsOf"/> that does not start at the parameter.</param>
    /// <param name="lr">The learning rate then in force.</param>
    double First(SlotSpec slot, double lr) => 0;

    /// <summary>Keys of the scalars that a parameter carries from step to step, at most four. Default none.</summary>
    IReadOnlyList<string> Scalars => [];

    /// <summary>The scalars before a parameter's first step.</summary>
    /// <param name="lr">The learning rate then in force.</param>
    Scalars Start(double lr) => default;

    /// <summary>The scalars after the step that <paramref name="now"/> describes.</summary>
    Scalars After(in Turn now) => now.Before;

    /// <summary>Keys of the scalars that all parameters of a group share, at most four. Default none.</summary>
    IReadOnlyList<string> ModelScalars => [];

    /// <summary>The shared scalars before the first step.</summary>
    Scalars StartModel() => default;

    /// <summary>The shared scalars after a step, known to the step itself: once a step, before any parameter moves.</summary>
    /// <param name="before">Those before it.</param>
    /// <param name="lr">The learning rate in force.</param>
    /// <param name="sums">What an <see cref="IModelRule"/> has measured; else empty.</param>
    Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => before;

    /// <summary>Why a parameter of this shape cannot be stepped, or null. Default: any can.</summary>
    string? Refuses(IReadOnlyList<int> shape) => null;

    /// <summary>Whether the saved state has torch's <c>step</c>. Default true.</summary>
    bool CountsSteps => true;

    /// <summary>Whether state exists from the start (Adagrad) and not from a parameter's first gradient. Default false.</summary>
    bool EagerState => false;

    /// <summary>The learning rate that its options have; schedules start from it, and a step is told the one in force by
    /// <see cref="Turn.Lr"/>. NaN where it has none. Default: none.</summary>
    double Lr => double.NaN;

    /// <summary>Whether it may run at this learning rate. Default: at 0 and above.</summary>
    bool Allows(double lr) => lr >= 0;

    /// <summary>L2 penalty λ ≥ 0: the step hands g + λθ to the formula. Default 0.</summary>
    double WeightDecay => 0;

    /// <summary>Ascend: the step hands -g to the formula (before weight decay is added, so that decay still shrinks θ). Default
    /// false.</summary>
    bool Maximize => false;

    /// <summary>What is done with sparse gradients. Default: refused.</summary>
    SparseGradients Sparse => SparseGradients.Refuse;
}

/// <summary>What is done with sparse gradients.</summary>
public enum SparseGradients
{
    /// <summary>An error, as in torch.</summary>
    Refuse,
    /// <summary>Only the elements named by the gradient are updated.</summary>
    Touched,
    /// <summary>The gradient is zero where it names no element; all elements are updated.</summary>
    Dense,
    /// <summary>As <see cref="Touched"/>, and a dense gradient is an error.</summary>
    Only,
}
