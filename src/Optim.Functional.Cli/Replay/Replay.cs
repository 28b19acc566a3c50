namespace Optim.Functional.Cli;

/// <summary>All cases of a suite, tried by all its minimizers with the same tolerances.</summary>
/// <param name="Attempts">For each case, what each of the suite's minimizers has made of it.</param>
internal sealed record Replay(ISuite Suite, Tolerances Tolerances, IReadOnlyList<IReadOnlyList<Attempt>> Attempts)
{
    /// <summary>The first is what is run where none is named.</summary>
    public static readonly IReadOnlyList<ISuite> Suites = [new MoreGarbowHillstrom(), new MathNetFunctions()];

    public static Replay Of(ISuite suite, Tolerances tolerances) => new(suite, tolerances,
        [.. suite.Cases.Select(problem => suite.Minimizers.Select(minimizer => Attempt.At(problem, minimizer, tolerances)).ToArray())]);

    /// <summary>How often one of the minimizers calls the function for each call of ours.</summary>
    /// <returns>The geometric mean of the cases that both solve; NaN where there is none.</returns>
    public double CallsRatio(int minimizer) => Math.Exp(Attempts
        .Where(all => all[0].IsSolved && all[minimizer].IsSolved)
        .Select(all => Math.Log((double)all[minimizer].Calls / all[0].Calls))
        .DefaultIfEmpty(double.NaN)
        .Average());
}
