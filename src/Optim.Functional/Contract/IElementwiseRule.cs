namespace Optim.Functional.Rules;

/// <summary>A rule that treats every element alike: θ' and its slots depend on θ, g and the slots at that element only.</summary>
public interface IElementwiseRule : IGradientRule
{
    /// <summary>What is kept for a parameter of any shape, in the order of <see cref="Slots{L}"/>; the same list while the options are the
    /// same.</summary>
    IReadOnlyList<SlotSpec> Slots { get; }

    IReadOnlyList<SlotSpec> IGradientRule.SlotsOf(IReadOnlyList<int> shape) => Slots;

    /// <summary>Whether its formula's update is θ' itself, since a slot depends on θ' (ASGD's mean). Update stages then cannot be put
    /// around it. Default false.</summary>
    bool UpdatesToNext => false;

    /// <summary>Binds the formula to one step: derives its constants in double, rounds each once to the lane, and hands the bound formula
    /// to <paramref name="use"/>, once.</summary>
    /// <remarks>What it throws is thrown by the step, and nothing is changed.</remarks>
    /// <param name="now">t ≥ 1, the parameter's own step count, the learning rate, and the scalars.</param>
    /// <param name="use">What is done with the bound formula.</param>
    void Bind<L, U>(in Turn now, ref U use)
        where L : struct, ILane<L>
        where U : struct, IUse<L>;
}

/// <summary>A rule bound to one step: its constants are lanes already, so that <see cref="Update"/> is the paper's lines.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IFormula<L>
    where L : struct, ILane<L>
{
    /// <summary>How many slots the formula reads and writes, 0 to 8.</summary>
    static abstract int SlotCount { get; }

    /// <summary>The update u, along g; the slots are updated. Depends on nothing but its arguments and the formula's own
    /// constants.</summary>
    L Update(L θ, L g, ref Slots<L> s);

    /// <summary>θ' of θ and u: θ - αu, or what else the rule does with it.</summary>
    L Apply(L θ, L u);
}

/// <summary>What is done with a bound rule, whatever its type: a SIMD loop, a GPU launch.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IUse<L>
    where L : struct, ILane<L>
{
    /// <summary>Runs the formula.</summary>
    void Run<A>(in A at)
        where A : struct, IFormula<L>;
}

/// <summary>One element's step as the loop runs it: a formula with all stages around it.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IStep<L>
    where L : struct, ILane<L>
{
    /// <summary>How many slots it reads and writes, 0 to 8.</summary>
    static abstract int SlotCount { get; }

    /// <summary>θ' from θ and g; the slots are updated.</summary>
    L Step(L θ, L g, ref Slots<L> s);
}

/// <summary>What is done with a step, whatever its type.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IUseStep<L>
    where L : struct, ILane<L>
{
    /// <summary>Runs the step.</summary>
    void Run<S>(in S step)
        where S : struct, IStep<L>;
}
