using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Optim.Functional.Cli;

/// <summary>MathNet's LimitedMemoryBfgsMinimizer. Its tolerances are relative where point or value are above 1.</summary>
/// <param name="memory">Pairs kept, at most.</param>
internal sealed class MathNetLbfgs(int memory) : IMinimizer
{
    public string Name => "MathNet";

    public double[] Minimize(Watched f, double[] x0, Tolerances tolerances)
    {
        var (_, gradientTolerance, change) = tolerances;
        var minimizer = new LimitedMemoryBfgsMinimizer(gradientTolerance, change, change, memory, maximumIterations: int.MaxValue);
        var objective = ObjectiveFunction.Gradient(x =>
        {
            var gradient = Vector<double>.Build.Dense(x.Count);
            return (f.Value(x.AsArray(), gradient.AsArray()), gradient);
        });
        try
        {
            return minimizer.FindMinimum(objective, Vector<double>.Build.Dense([.. x0])).MinimizingPoint.ToArray();
        }
        catch (OptimizationException e)
        {
            throw new GivenUp(e.Message.TrimEnd('.').ToLowerInvariant(), e);
        }
    }
}
