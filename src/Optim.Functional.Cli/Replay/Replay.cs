namespace Optim.Functional.Cli;

/// <summary>All cases of a suite, tried by all minimizers with the same tolerances.</summary>
/// <param name="Attempts">For each case, what each of <see cref="Minimizers"/> has made of it.</param>
internal sealed record Replay(Tolerances Tolerances, IReadOnlyList<IReadOnlyList<Attempt>> Attempts)
{
    static readonly LBFGS StrongWolfe = new(MaxIter: 100, LineSearchFn: "strong_wolfe");

    public static readonly IReadOnlyList<ISuite> Suites = [new MoreGarbowHillstrom()];

    /// <summary>Ours first; the others are compared with it.</summary>
    public static readonly IReadOnlyList<IMinimizer> Minimizers =
    [
        new OwnLbfgs("LBFGS", StrongWolfe),
        new OwnLbfgs("LBFGS, relative", StrongWolfe with { Relative = true }),
        new MathNetLbfgs(StrongWolfe.HistorySize),
    ];

    public static Replay Of(ISuite suite, Tolerances tolerances) => new(tolerances,
        [.. suite.Cases.Select(problem => Minimizers.Select(minimizer => Attempt.At(problem, minimizer, tolerances)).ToArray())]);

    /// <summary>How often one of <see cref="Minimizers"/> calls the function for each call of ours.</summary>
    /// <returns>The geometric mean of the cases that both solve; NaN where there is none.</returns>
    public double CallsRatio(int minimizer) => Math.Exp(Attempts
        .Where(all => all[0].IsSolved && all[minimizer].IsSolved)
        .Select(all => Math.Log((double)all[minimizer].Calls / all[0].Calls))
        .DefaultIfEmpty(double.NaN)
        .Average());
}
