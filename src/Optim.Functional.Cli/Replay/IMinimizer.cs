namespace Optim.Functional.Cli;

/// <summary>A program that looks for the least value of a function.</summary>
internal interface IMinimizer
{
    string Name { get; }

    /// <summary>Where it ends.</summary>
    /// <exception cref="GivenUp">It ends without a result.</exception>
    double[] Minimize(Watched f, double[] x0, Tolerances tolerances);
}

/// <summary>When to stop.</summary>
/// <param name="Gradient">At a gradient of this size.</param>
/// <param name="Change">At a step, or a change of the value, of this size.</param>
internal sealed record Tolerances(string Name, double Gradient, double Change)
{
    static readonly LBFGS Ours = new();

    public static readonly IReadOnlyList<Tolerances> All =
    [
        new("default", Ours.ToleranceGrad, Ours.ToleranceChange),
        new("tight", 1e-10, 1e-14),
    ];
}
