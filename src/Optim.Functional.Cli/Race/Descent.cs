namespace Optim.Functional.Cli;

/// <summary>The way of one optimizer over one surface: the points after 0, 1, 2 ... steps and the values there.</summary>
internal sealed record Descent(Entrant Entrant, double Rate, IReadOnlyList<(double X, double Y)> Path, IReadOnlyList<double> Values)
{
    /// <summary>Ends early where the value is no longer finite.</summary>
    public static Descent Run(Entrant entrant, Surface f, int steps)
    {
        double[] θ = [f.Start.X, f.Start.Y];
        var point = new Parameter(θ, "point");
        var optimizer = new Optimizer([point], entrant.On(f));
        var path = new List<(double X, double Y)> { f.Start };
        var values = new List<double> { f.Value(θ[0], θ[1]) };
        while (path.Count <= steps && double.IsFinite(values[^1]))
        {
            optimizer.Step(Closure);
            path.Add((θ[0], θ[1]));
            values.Add(f.Value(θ[0], θ[1]));
        }
        return new(entrant, entrant.Rate(f), path, values);

        double Closure()
        {
            optimizer.ZeroGrad();
            var (gx, gy) = f.Gradient(θ[0], θ[1]);
            point.Grad = new[] { gx, gy };
            return f.Value(θ[0], θ[1]);
        }
    }

    /// <summary>Steps until the value is at most <paramref name="goal"/>, or null.</summary>
    public int? StepsTo(double goal) => Values.Index().Where(v => v.Item <= goal).Select(v => (int?)v.Index).FirstOrDefault();
}
