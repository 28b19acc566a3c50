namespace Optim.Functional.Rules;

/// <summary>Makes another gradient of each parameter's, before the step: its rows shortened, its mean taken off, noise added.</summary>
/// <remarks>A pass over the gradients, into memory as large as they are, kept from step to step by an optimizer. The caller's gradients
/// stay as they are; sparse ones are made dense.</remarks>
public interface IGradientMap : IStage
{
    /// <summary>Where it stands among the gradient stages.</summary>
    int Order { get; }

    /// <summary>Whether it looks at rows, so that it cannot be told from complex numbers what they are.</summary>
    bool IsOfRows => false;

    /// <summary>Elements of working memory that it takes for a parameter of this shape. Default none.</summary>
    long WorkOf(IReadOnlyList<int> shape) => 0;

    /// <summary>Writes the gradient that is to be gone on with.</summary>
    /// <param name="x">The parameter, only to be read, and its gradient; it has no slots. Its turn says the optimizer's step, no
    /// more.</param>
    /// <param name="to">Where it goes: as long as the gradient, and perhaps the gradient itself.</param>
    /// <param name="key">A number that stands for the parameter: made of its name, or its place among all where it has none.</param>
    void Map<T>(in Whole<T> x, Operand<T> to, long key) where T : unmanaged, IFloatingPointIeee754<T>;
}
