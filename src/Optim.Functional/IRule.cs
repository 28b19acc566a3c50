namespace Optim.Functional;

/// <summary>An optimizer's formula with its hyperparameters: what Registry, both faces and checkpoints know of it.</summary>
/// <remarks>Implement <see cref="IElementwiseRule"/> to write a rule of your own, or <see cref="IClosureRule"/> if it asks for the loss itself.</remarks>
public interface IRule
{
    /// <summary>The name used in messages and saved states, torch's where torch has the rule. Default: the type's name.</summary>
    string Name => GetType().Name;

    /// <summary>Throws an <see cref="ArgumentException"/> when a hyperparameter is outside its range. Called at construction by the
    /// library's rules and before every step for all, so that a <c>with</c> is checked as well.</summary>
    void Validate() { }

    /// <summary>What a step does when a gradient holds NaN or an infinity. Default: what torch does, which is to compute on.</summary>
    NonFinite NonFinite => NonFinite.Propagate;

    /// <summary>The most that the norm √(Σ g²) of all gradients of a step together may be: where it is more, all are scaled down to it. Default: no limit.</summary>
    double MaxGradNorm => double.PositiveInfinity;
}

/// <summary>A rule that treats every element alike: θ' and its slots depend on θ, g and the slots at that element only.</summary>
public interface IElementwiseRule : IRule
{
    /// <summary>Keys of the state arrays, in the order of <see cref="Slots{L}"/>, in torch's spelling (<c>exp_avg</c>). At most four. May depend on the hyperparameters.</summary>
    IReadOnlyList<string> Slots { get; }

    /// <summary>Those keys of <see cref="Slots"/> that come and go with the options (amsgrad, momentum): a saved state may have or lack them. Default none.</summary>
    IReadOnlyList<string> OptionalSlots => [];

    /// <summary>Value of a slot before its first step. Default 0.</summary>
    double Initial(string slot) => 0;

    /// <summary>Keys of the scalars carried from step to step, at most two (<see cref="Clock.S1"/>, <see cref="Clock.S2"/>). Default none.</summary>
    IReadOnlyList<string> Scalars => [];

    /// <summary>Whether the saved state has torch's <c>step</c>. Default true.</summary>
    bool CountsSteps => true;

    /// <summary>Whether state exists from the start (Adagrad) and not from a parameter's first gradient. Default false.</summary>
    bool EagerState => false;

    /// <summary>L2 penalty λ ≥ 0: the driver hands g + λθ to the formula. Default 0.</summary>
    double WeightDecay => 0;

    /// <summary>Ascend: the driver hands -g to the formula (before weight decay is added, so that decay still shrinks θ). Default false.</summary>
    bool Maximize => false;

    /// <summary>What is done with sparse gradients. Default: refused.</summary>
    SparseGradients Sparse => SparseGradients.Refuse;

    /// <summary>The scalars before a parameter's first step.</summary>
    Clock Start() => default;

    /// <summary>The scalars after the step that <paramref name="now"/> describes.</summary>
    Clock After(Clock now) => now;

    /// <summary>Binds the formula to one step: derives its constants in double, rounds each once to the lane, and hands the bound formula to <paramref name="use"/>.</summary>
    /// <remarks>Must not throw: <see cref="IRule.Validate"/> is the place to refuse. In place, what came before an exception here stays done.</remarks>
    /// <param name="now">t ≥ 1, the parameter's own step count, and the scalars.</param>
    /// <param name="use">What is done with the bound formula.</param>
    void Bind<L, U>(Clock now, ref U use)
        where L : struct, ILane<L>
        where U : struct, IUse<L>;
}

/// <summary>A rule bound to one step: its constants are lanes already, so that <see cref="Step"/> is the paper's line.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IStep<L>
    where L : struct, ILane<L>
{
    /// <summary>How many slots the formula reads and writes, 0 to 4.</summary>
    static abstract int SlotCount { get; }

    /// <summary>θ' from θ and g; the slots are updated.</summary>
    L Step(L θ, L g, ref Slots<L> s);
}

/// <summary>What is done with a bound rule, whatever its type: a SIMD loop, a GPU launch.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IUse<L>
    where L : struct, ILane<L>
{
    /// <summary>Runs the formula.</summary>
    void Run<A>(in A at)
        where A : struct, IStep<L>;
}

/// <summary>The state of one element (or one register of elements) while a formula looks at it.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public struct Slots<L>
    where L : struct
{
    /// <summary>First slot.</summary>
    public L S1;
    /// <summary>Second slot.</summary>
    public L S2;
    /// <summary>Third slot.</summary>
    public L S3;
    /// <summary>Fourth slot.</summary>
    public L S4;
}

/// <summary>Where a parameter stands: its own step count and the scalars its rule carries.</summary>
/// <param name="T">Steps made, the present one included: t = 1 at the first.</param>
/// <param name="Fresh">True at the step that creates one of the parameter's slots.</param>
/// <param name="S1">First scalar.</param>
/// <param name="S2">Second scalar.</param>
public readonly record struct Clock(long T, bool Fresh = false, double S1 = 0, double S2 = 0);

/// <summary>What is done with sparse gradients.</summary>
public enum SparseGradients
{
    /// <summary>An error, as in torch.</summary>
    Refuse,
    /// <summary>Only the elements named by the gradient are updated.</summary>
    Touched,
    /// <summary>The gradient is zero where it names no element; all elements are updated.</summary>
    Dense,
}

/// <summary>An option that changes the formula, as a type: branches on it vanish when the loop is compiled.</summary>
public interface IFlag
{
    /// <summary>Whether the option is on.</summary>
    static abstract bool Set { get; }
}

/// <summary>An option that is on.</summary>
public readonly struct On : IFlag
{
    /// <inheritdoc/>
    public static bool Set => true;
}

/// <summary>An option that is off.</summary>
public readonly struct Off : IFlag
{
    /// <inheritdoc/>
    public static bool Set => false;
}
