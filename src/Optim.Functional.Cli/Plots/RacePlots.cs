using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>The two pictures of a race.</summary>
internal static class RacePlots
{
    const int Width = 1700, Height = 1000, Grid = 160;
    const float EndMarker = 16;

    // What stays below leaves the picture, so that the better ones can be told apart.
    const double LeastAccuracy = 0.8;

    /// <summary>So many have a colour and a line in the key: those with the best places. The others are grey.</summary>
    public const int Most = 8;

    public static byte[] Losses(Standing standing)
    {
        var figure = new Figure(3, 2);
        Draw("Digits: training loss", "epoch", "mean cross-entropy", r => Values(r, e => e.Loss), log: true);
        Draw("Digits: test accuracy", "epoch", "share right", r => Values(r, e => e.Accuracy), log: false);
        foreach (var (i, f) in Surface.All.Index())
            Draw(f.Name, "step", $"f, drawn from {Curves.Floor:0e+0} up", r => r.Descents[i].Values, log: true);
        return figure.Png(Width, Height, Key(standing));

        void Draw(string title, string x, string y, Func<Result, IReadOnlyList<double>> line, bool log)
        {
            var all = standing.Best.Select(b => line(b.Of)).ToArray();
            var plot = figure.Panel(title, x, y);
            foreach (var i in Order(all.Length)) Curves.Line(plot, all[i], Of(i), i, log);
            Curves.StepAxis(plot, all.Max(l => l.Count) - 1);
            if (log) Curves.LogAxis(plot, all);
            else plot.Axes.SetLimitsY(Math.Min(LeastAccuracy, all.Select(l => l[^1]).Order().ElementAt(all.Length / 2) - 0.1), 1);
        }

        static double[] Values(Result result, Func<EpochResult, double> value) => [.. result.Digits[0].History.Select(value)];
    }

    public static byte[] Paths(Standing standing)
    {
        var figure = new Figure(2, 2);
        var count = standing.Best.Count;
        foreach (var (s, f) in Surface.All.Index())
        {
            var paths = standing.Best.Select(b => Inside(b.Of.Descents[s].Path, f)).ToArray();
            var plot = figure.Panel($"{f.Name}: {f.Formula}", "x", "y");
            plot.HideGrid();
            Contours(plot, f);
            foreach (var i in Order(count)) Curves.Line(plot, paths[i], Of(i));
            for (var i = 0; i < Math.Min(count, Most); i++) Curves.Mark(plot, [paths[i][^1]], Of(i));
            plot.Add.Marker(f.Start.X, f.Start.Y, MarkerShape.FilledCircle, EndMarker, Colors.Black);
            foreach (var (x, y) in f.Minima) plot.Add.Marker(x, y, MarkerShape.Cross, EndMarker, Colors.Black).MarkerStyle.LineWidth = 3;
            plot.Axes.SetLimits(f.View.Left, f.View.Right, f.View.Bottom, f.View.Top);
        }
        return figure.Png(Width, Height,
        [
            .. Key(standing),
            new() { LabelText = "start", MarkerStyle = new(MarkerShape.FilledCircle, EndMarker, Colors.Black) },
            new() { LabelText = "minimum", MarkerStyle = new(MarkerShape.Cross, EndMarker, Colors.Black) { LineWidth = 3 } },
        ]);
    }

    static Look Of(int place) => place < Most ? Look.Of(place) : Look.Rest;

    // The grey ones beneath, and solid lines beneath dashed ones, so that of two that coincide both are seen.
    static IEnumerable<int> Order(int count) =>
        Enumerable.Range(0, count).OrderByDescending(i => i >= Most).ThenByDescending(i => Of(i).Line.Equals(LinePattern.Solid));

    static IReadOnlyList<LegendItem> Key(Standing standing)
    {
        var named = standing.Best.Take(Most).Select((b, i) => Curves.Key(b.Of.Entrant.Name, Of(i)));
        var more = standing.Best.Count - Most;
        return more > 0 ? [.. named, Curves.Key($"{more} more", Look.Rest)] : [.. named];
    }

    /// <summary>Lines where f is 10^-1.5, 10^-1, 10^-0.5 ...: they hold the logarithm, as the functions span many powers of ten.</summary>
    static void Contours(Plot plot, Surface f)
    {
        const double Lowest = -1.5, Gap = 0.5;
        var (left, right, bottom, top) = f.View;
        var grid = new Coordinates3d[Grid + 1, Grid + 1];
        for (var i = 0; i <= Grid; i++)
            for (var j = 0; j <= Grid; j++)
            {
                var (x, y) = (left + (right - left) * j / Grid, bottom + (top - bottom) * i / Grid);
                grid[i, j] = new(x, y, Math.Log10(Math.Max(f.Value(x, y), Math.Pow(10, Lowest - Gap))));
            }
        var highest = grid.Cast<Coordinates3d>().Max(c => c.Z);
        var contours = plot.Add.ContourLines(grid);
        contours.ContourLineLevels = [.. Enumerable.Range(0, (int)((highest - Lowest) / Gap) + 1).Select(k => Lowest + k * Gap)];
        contours.Update(grid);
        contours.LabelStyle.IsVisible = false;
        (contours.LineWidth, contours.LineColor, contours.Colormap) = (1, Colors.SteelBlue.WithAlpha(.6), null);
    }

    /// <summary>The path up to where it first leaves the picture by more than its size.</summary>
    static Coordinates[] Inside(IReadOnlyList<(double X, double Y)> path, Surface f)
    {
        var (left, right, bottom, top) = f.View;
        var (w, h) = (right - left, top - bottom);
        return
        [
            .. path.TakeWhile(p => p.X > left - w && p.X < right + w && p.Y > bottom - h && p.Y < top + h)
                .Select(p => new Coordinates(p.X, p.Y)),
        ];
    }
}
