namespace Optim.Functional.Rules;

/// <summary>An elementwise rule whose step depends on sums over all parameters of a group (Prodigy): they are measured first, without a
/// write, <see cref="IGradientRule.Learn"/> makes shared scalars of them, and these are known to every element's step.</summary>
public interface IModelRule : IElementwiseRule
{
    /// <summary>How many sums are measured, 1 to 4.</summary>
    int Sums { get; }

    /// <summary>Binds what is to be summed up, as <see cref="IElementwiseRule.Bind"/> does the formula.</summary>
    void Measure<L, U>(in Turn now, ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L>;
}

/// <summary>Terms of sums over all elements.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IMeasure<L>
    where L : struct, ILane<L>
{
    /// <summary>How many slots it reads, from the first on.</summary>
    static abstract int SlotCount { get; }

    /// <summary>How many terms it makes, 1 to 4.</summary>
    static abstract int Terms { get; }

    /// <summary>The terms of an element, before its step; they are added up in double, in one order for any lanes and threads.</summary>
    /// <param name="θ">Parameter.</param>
    /// <param name="g">Gradient, as the formula will see it.</param>
    /// <param name="s">Slots, which are only read.</param>
    /// <param name="terms">The terms, from S1 on.</param>
    void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms);
}

/// <summary>What is done with bound terms.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public interface IUseMeasure<L>
    where L : struct, ILane<L>
{
    /// <summary>Sums them up.</summary>
    void Run<M>(in M at)
        where M : struct, IMeasure<L>;
}
