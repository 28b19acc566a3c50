namespace Optim.Functional.Cli;

/// <summary>What a minimizer has made of a case.</summary>
/// <param name="Value">Where it ended, or the least it has seen when it was given up.</param>
/// <param name="Failure">Why it was given up, or null.</param>
internal sealed record Attempt(ReplayCase Case, double Value, int Calls, string? Failure)
{
    public const int MostCalls = 2000;

    public Solution Solution => Solutions.Of(Value, Case.Minima);

    public bool IsSolved => Solution != Solution.None;

    public static Attempt At(ReplayCase problem, IMinimizer minimizer, Tolerances tolerances)
    {
        var f = new Watched(problem.F, MostCalls);
        try
        {
            var x = minimizer.Minimize(f, problem.X0, tolerances);
            return new(problem, problem.F(x, new double[x.Length]), f.Calls, null);
        }
        catch (GivenUp e)
        {
            return new(problem, f.Least, f.Calls, e.Message);
        }
    }
}
