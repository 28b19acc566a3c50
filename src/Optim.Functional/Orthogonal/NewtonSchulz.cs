using System.Collections.Immutable;

namespace Optim.Functional;

/// <summary>What a set of coefficients does when more iterations are asked for than it has.</summary>
public enum BeyondEnd
{
    /// <summary>Begins again.</summary>
    Cycle,
    /// <summary>Goes on with the last ones.</summary>
    RepeatLast,
    /// <summary>There is no going on: it is refused.</summary>
    Refuse,
}

/// <summary>How ε keeps a division by a norm from failing.</summary>
public enum NormRule
{
    /// <summary>X/(f‖X‖ + ε), with f a factor.</summary>
    Add,
    /// <summary>X/max(f‖X‖, ε).</summary>
    Max,
}

/// <summary>One iteration's polynomial of a singular value: ax + bx³ + cx⁵.</summary>
/// <param name="A">a.</param>
/// <param name="B">b.</param>
/// <param name="C">c.</param>
public readonly record struct Quintic(double A, double B, double C)
{
    /// <summary>The three coefficients as a tuple of them.</summary>
    public static implicit operator Quintic((double A, double B, double C) of) => new(of.A, of.B, of.C);

    /// <summary>What it makes of a singular value.</summary>
    public double Of(double x) => x * (A + x * x * (B + x * x * C));
}

/// <summary>Named coefficients of Newton-Schulz, with what their authors divide by first: X ← X/(f‖X‖ + ε), then X ← aX + (bA + cA²)X with
/// A = XXᵀ, a, b, c another at each iteration. Every singular value becomes about 1; singular vectors stay.</summary>
/// <remarks>
/// <see cref="Muon"/> takes one by its name, <c>new Muon(Coefficients: "polar_express")</c>; <see cref="Orthogonalize"/> is the iteration
/// alone. A few short names stand for one set each: <see cref="Find"/>.
/// </remarks>
public sealed partial class NewtonSchulz
{
    readonly ImmutableArray<Quintic> coefficients;

    NewtonSchulz(string name, ReadOnlySpan<Quintic> of, BeyondEnd beyond, NormRule rule, double eps, double factor = 1)
    {
        (Name, coefficients, BeyondEnd) = (name, [.. of], beyond);
        (NormRule, Eps, NormFactor) = (rule, eps, factor);
    }

    /// <summary>Its name, whose code it is from first.</summary>
    public string Name { get; }

    /// <summary>An iteration's coefficients each, in order.</summary>
    public IReadOnlyList<Quintic> Coefficients => coefficients;

    /// <summary>What comes after the last of them.</summary>
    public BeyondEnd BeyondEnd { get; }

    /// <summary>How its authors divide by the norm.</summary>
    public NormRule NormRule { get; }

    /// <summary>f: the norm is multiplied by it first; more than 1 where singular values must not come out above 1 by rounding.</summary>
    public double NormFactor { get; }

    /// <summary>Its authors' ε ≥ 0, in units of X. Rules have an ε of their own.</summary>
    public double Eps { get; }

    /// <summary>The most iterations that it has coefficients for.</summary>
    public int MostSteps => BeyondEnd == BeyondEnd.Refuse ? coefficients.Length : int.MaxValue;

    /// <summary>The coefficients of an iteration, from 0 on.</summary>
    /// <exception cref="ArgumentException">It has none for this one.</exception>
    public Quintic At(int iteration) =>
        iteration >= 0 && iteration < coefficients.Length ? coefficients[iteration]
        : iteration < 0 || iteration >= MostSteps ? throw Fault.NoCoefficients(this, iteration + 1)
        : coefficients[BeyondEnd == BeyondEnd.Cycle ? iteration % coefficients.Length : ^1];

    /// <summary>What a matrix of this norm is divided by.</summary>
    internal double Divisor(double norm, double ε) =>
        NormRule == NormRule.Add ? norm * NormFactor + ε : Math.Max(norm * NormFactor, ε);

    /// <summary>The set of a name, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static NewtonSchulz Find(string name) =>
        TryFind(name ?? throw Fault.Null(nameof(name))) ?? throw Fault.UnknownCoefficients(name, Names);

    /// <summary>The same, or null.</summary>
    internal static NewtonSchulz? TryFind(string name)
    {
        foreach (var (given, set) in named)
            if (given.Equals(name, StringComparison.OrdinalIgnoreCase)) return set;
        return null;
    }

    /// <summary>The polar factor of a matrix, or of each matrix in the last two dimensions, as far as these iterations come.</summary>
    /// <param name="matrices">Of two dimensions or more, float or double.</param>
    /// <param name="steps">Iterations, in [0, 100).</param>
    /// <param name="eps">ε ≥ 0; null: the authors'.</param>
    /// <returns>An array of its own. A matrix of zeros stays one.</returns>
    /// <exception cref="ArgumentException">It has no matrices, or the set has no coefficients for so many iterations.</exception>
    public NDArray Orthogonalize(NDArray matrices, int steps = 5, double? eps = null)
    {
        // A step of Muon from 0 uphill, its whole momentum this gradient, is the orthogonal matrix itself.
        var rule = new Muon(Lr: 1, WeightDecay: 0, Momentum: 0, Nesterov: false, Eps: eps ?? Eps, NsSteps: steps, AdjustLrFn: "none",
            Coefficients: Name, Matrices: "batch", Maximize: true);
        var zero = Params.Of(("", (matrices ?? throw Fault.Null(nameof(matrices))).NewLike(0)));
        return rule.Step(zero, Params.Of(("", matrices)), rule.Init(zero)).Parameters[0];
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
