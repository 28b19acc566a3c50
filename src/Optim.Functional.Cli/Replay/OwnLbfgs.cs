namespace Optim.Functional.Cli;

/// <summary>This library's L-BFGS, step after step until one moves nothing.</summary>
/// <param name="rule">Its options other than the tolerances.</param>
internal sealed class OwnLbfgs(string name, LBFGS rule) : IMinimizer
{
    public string Name => name;

    public double[] Minimize(Watched f, double[] x0, Tolerances tolerances)
    {
        double[] x = [.. x0], before;
        var point = new Parameter(x, "x");
        var optimizer = new Optimizer([point], rule with { ToleranceGrad = tolerances.Gradient, ToleranceChange = tolerances.Change });
        do
        {
            before = [.. x];
            optimizer.Step(Closure);
        }
        while (!x.SequenceEqual(before));
        return x;

        double Closure()
        {
            var gradient = new double[x.Length];
            point.Grad = gradient;
            return f.Value(x, gradient);
        }
    }
}
