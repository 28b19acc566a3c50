using System.Diagnostics;
using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Cli;

/// <summary>What a rule costs for each element of a square matrix of floats.</summary>
/// <param name="Bytes">Of its state.</param>
/// <param name="Nanoseconds">Of a step, the shortest of some.</param>
internal sealed record RuleCost(string Bytes, string Nanoseconds)
{
    const double Seconds = 0.1;
    const int LeastSteps = 4;

    /// <summary>Pairs that L-BFGS is measured with.</summary>
    public const int Pairs = 10;

    public static RuleCost Measure(RuleInfo info, int size)
    {
        var rule = info.RuleType == typeof(LBFGS) ? new LBFGS(MaxIter: 1, HistorySize: Pairs, ToleranceGrad: 0, ToleranceChange: 0, Lr: 0.01)
            : info.RuleType == typeof(Shampoo) ? new Shampoo(TargetParameterDimensionality: 2, PreconditionFrequency: int.MaxValue)
            : info.RuleType == typeof(PSGDKron) ? new PSGDKron(PreconditionerUpdateProbability: 0.03)
            : info.Create(info.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)0.01));
        var random = new Random(1);
        float[] Numbers() => [.. Enumerable.Range(0, size * size).Select(_ => random.NextSingle() - 0.5f)];
        float[] θ = Numbers(), g = Numbers(), curvatures = Numbers();
        var isSparse = rule is IGradientRule { Sparse: SparseGradients.Only };
        var matrix = new Parameter(NDArray.Of(θ, size, size), "matrix");
        var optimizer = new Optimizer([matrix], rule) { Execution = new() { Threads = 1 } };
        var (least, clock) = (double.MaxValue, Stopwatch.StartNew());
        NDArray gradient = isSparse ? Matrix<float>.Build.SparseOfIndexed(size, size, [.. Enumerable.Range(0, size).Select(k => (0, k, 0.5f))]) : NDArray.Of(g, size, size);
        for (var k = 0; k < LeastSteps + (info.ClosureDriven ? Pairs : 0) || clock.Elapsed.TotalSeconds < Seconds; k++)
        {
            matrix.Grad = gradient;
            var start = Stopwatch.GetTimestamp();
            var asked = TimeSpan.Zero;
            if (info.ClosureDriven) optimizer.Step(Quadratic);
            else optimizer.Step();
            if (k > Pairs || !info.ClosureDriven) least = Math.Min(least, (Stopwatch.GetElapsedTime(start) - asked).TotalNanoseconds);

            double Quadratic()
            {
                var now = Stopwatch.GetTimestamp();
                for (var i = 0; i < g.Length; i++) g[i] = (1 + curvatures[i]) * θ[i];
                asked += Stopwatch.GetElapsedTime(now);
                return 1;
            }
        }
        var touched = isSparse ? size : (double)size * size;
        return new(Text(rule, size), (least / touched).ToString("0.00", CultureInfo.InvariantCulture));
    }

    static string Text(IRule rule, int size)
    {
        if (rule is LBFGS) return $"{2 * sizeof(float)} a pair";
        int[] shape = [size, size];
        var elements = ((IGradientRule)rule).SlotsOf(shape).Sum(s => (s.Shape?.Invoke(shape) ?? shape).Aggregate(1.0, (n, d) => n * d));
        return (elements * sizeof(float) / size / size).ToString("0.##", CultureInfo.InvariantCulture);
    }
}
