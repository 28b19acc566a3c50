namespace Optim.Functional.Rules;

/// <summary>A rule whose step looks at a whole parameter: norms, rows, products of matrices. It is made of lane passes and sums, so that it
/// runs at SIMD speed, on several threads, with the same bits.</summary>
/// <remarks>Its weight decay and learning rate are its own affair; the gradient that it sees is scaled, and negative to ascend.</remarks>
public interface IWholeRule : IGradientRule
{
    /// <summary>How many elements of working memory a parameter of this shape needs; the step gets them by <see cref="Whole{T}.Work"/>.
    /// Default none.</summary>
    long WorkOf(IReadOnlyList<int> shape) => 0;

    /// <summary>Whether the step ends in <see cref="Whole{T}.Move"/>, called once: the plan's update stages then go between the update and
    /// its application. Default false: they are refused.</summary>
    bool EndsInMove => false;

    /// <summary>Whether its step is made of passes, sums and products, and opens the numbers that it looks at itself (<see
    /// cref="Operand{T}.Open"/>, and never <see cref="Operand{T}.Span"/>): then it is made wherever the parameter lies, also on a device.
    /// Default false.</summary>
    bool IsMadeOfPasses => false;

    /// <summary>One parameter's step, in place: θ and the slots are to be written.</summary>
    /// <remarks>What it throws is thrown by the step, and nothing is changed.</remarks>
    void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A formula of single elements, bound to one pass over a parameter or over vectors of its length: what a whole rule is made of,
/// beside sums.</summary>
public interface IPass
{
    /// <summary>Makes the constants lanes, and hands the step to <paramref name="use"/>, once: its θ is the pass's first operand, its g the
    /// second, what it returns goes to the target, and the slots are the further operands, read and written.</summary>
    void Bind<L, U>(ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseStep<L>;
}

/// <summary>Terms of single elements that are added up.</summary>
public interface ITerms
{
    /// <summary>As <see cref="IPass.Bind"/>.</summary>
    void Bind<L, U>(ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L>;
}
