namespace Optim.Functional;

/// <summary>Where steps are computed: binds rules to tensors, and runs what is bound.</summary>
/// <remarks>Nothing is written before <see cref="Run"/>: so a rule that fails while it is bound leaves everything as it was.</remarks>
interface IEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes room for a tensor's step by a whole rule, as far as it may fail.</summary>
    /// <returns>How many elements of working memory the rule has asked for.</returns>
    long Reserve(IWholeRule rule, IReadOnlyList<int> shape);

    /// <summary>A step's binding begins.</summary>
    void Begin(Batch<T> batch);

    /// <summary>Sums of terms over a tensor, in double.</summary>
    void Sum<B>(in B terms, in Streams<T> x, Span<double> sums) where B : struct, ITerms;

    /// <summary>Binds the tensors of a turn, from one number to another.</summary>
    void Bind(in Recipe recipe, int first, int end);

    /// <summary>Runs all that is bound.</summary>
    void Run();
}

/// <summary>What is to be done with the tensors of a group.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Scale">The factor on the gradient.</param>
/// <param name="Decay">The L2 penalty.</param>
/// <param name="Measured">What each update stage has measured of a single tensor; null where none measures.</param>
readonly record struct Recipe(Plan Plan, double Scale, double Decay, Measured[]? Measured = null)
{
    /// <summary>What the update stage of this number has measured.</summary>
    public Measured MeasuredBy(int stage) => Measured is null ? default : Measured[stage];
}
