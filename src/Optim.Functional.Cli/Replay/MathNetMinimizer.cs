using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Optim.Functional.Cli;

/// <summary>One of MathNet's minimizers, or ours that is like them. The tolerances of MathNet's own are relative where point or value are
/// above 1.</summary>
/// <param name="make">The minimizer with these tolerances, and without a limit on its iterations.</param>
internal sealed class MathNetMinimizer(string name, Func<Tolerances, IUnconstrainedMinimizer> make) : IMinimizer
{
    public string Name => name;

    /// <param name="memory">Pairs kept, at most.</param>
    public static MathNetMinimizer Lbfgs(string name, int memory) =>
        new(name, t => new LimitedMemoryBfgsMinimizer(t.Gradient, t.Change, t.Change, memory, maximumIterations: int.MaxValue));

    /// <summary>It keeps a matrix in place of pairs.</summary>
    public static MathNetMinimizer Bfgs { get; } =
        new("MathNet BFGS", t => new BfgsMinimizer(t.Gradient, t.Change, t.Change, maximumIterations: int.MaxValue));

    /// <param name="rule">Its options other than the tolerances.</param>
    public static MathNetMinimizer Own(string name, LbfgsMinimizer rule) =>
        new(name, t => rule with { ToleranceGrad = t.Gradient, ToleranceChange = t.Change, MaxIter = int.MaxValue });

    public double[] Minimize(Watched f, double[] x0, Tolerances tolerances)
    {
        var objective = ObjectiveFunction.Gradient(x =>
        {
            var gradient = Vector<double>.Build.Dense(x.Count);
            return (f.Value(x.AsArray(), gradient.AsArray()), gradient);
        });
        try
        {
            return make(tolerances).FindMinimum(objective, Vector<double>.Build.Dense([.. x0])).MinimizingPoint.ToArray();
        }
        catch (OptimizationException e)
        {
            throw new GivenUp(e.Message.TrimEnd('.').ToLowerInvariant(), e);
        }
    }
}
