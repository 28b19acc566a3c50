namespace Optim.Functional.Cli;

/// <summary>The way of one optimizer over one surface: the points after 0, 1, 2 ... steps and the values there.</summary>
internal sealed record Descent(Entrant Entrant, double Rate, IReadOnlyList<(double X, double Y)> Path, IReadOnlyList<double> Values)
{
    /// <summary>Ends early where the value is no longer finite.</summary>
    public static Descent Run(Entrant entrant, Surface f, int steps)
    {
        double[] θ = [f.Start.X, f.Start.Y];
        var rule = entrant.On(f);
        var point = new Parameter(Dealing.Point(rule, θ), "point");
        var optimizer = new Optimizer([point], rule);
        var path = new List<(double X, double Y)> { f.Start };
        var values = new List<double> { f.Value(θ[0], θ[1]) };
        while (path.Count <= steps && double.IsFinite(values[^1]))
        {
            optimizer.Step(Closure);
            path.Add(optimizer.Evaluate(() => (θ[0], θ[1])));
            values.Add(f.Value(path[^1].X, path[^1].Y));
        }
        return new(entrant, entrant.Rate(f), path, values);

        double Closure()
        {
            optimizer.ZeroGrad();
            var (gx, gy) = f.Gradient(θ[0], θ[1]);
            point.Grad = Dealing.Point(rule, [gx, gy]);
            return f.Value(θ[0], θ[1]);
        }
    }

    /// <summary>Steps until the value is at most <paramref name="goal"/>, or null.</summary>
    public int? StepsTo(double goal) => Values.Index().Where(v => v.Item <= goal).Select(v => (int?)v.Index).FirstOrDefault();
}
