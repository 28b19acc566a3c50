using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>The two pictures of a race.</summary>
internal static class RacePlots
{
    const int Width = 1700, Height = 1000, Grid = 160;
    const float EndMarker = 16;

    // What stays below leaves the picture, so that the better ones can be told apart.
    const double LeastAccuracy = 0.8;

    public static byte[] Losses(IReadOnlyList<DigitsRun> digits, IReadOnlyList<IReadOnlyList<Descent>> descents)
    {
        var figure = new Figure(3, 2);
        Draw("Digits: training loss", "epoch", "mean cross-entropy", digits.Select(r => Values(r, e => e.Loss)), log: true);
        Draw("Digits: test accuracy", "epoch", "share right", digits.Select(r => Values(r, e => e.Accuracy)), log: false);
        for (var surface = 0; surface < Surface.All.Count; surface++)
            Draw(
                Surface.All[surface].Name,
                "step",
                $"f, drawn from {Curves.Floor:0e+0} up",
                descents.Select(d => d[surface].Values),
                log: true);
        return figure.Png(Width, Height, Key());

        void Draw(string title, string x, string y, IEnumerable<IReadOnlyList<double>> lines, bool log)
        {
            var all = lines.ToArray();
            var plot = figure.Panel(title, x, y);
            foreach (var i in Order(all.Length)) Curves.Line(plot, all[i], Look.Of(i), i, log);
            Curves.StepAxis(plot, all.Max(l => l.Count) - 1);
            if (log) Curves.LogAxis(plot, all);
            else plot.Axes.SetLimitsY(Math.Min(LeastAccuracy, all.Select(l => l[^1]).Order().ElementAt(all.Length / 2) - 0.1), 1);
        }

        static double[] Values(DigitsRun run, Func<EpochResult, double> value) => [.. run.History.Select(value)];
    }

    public static byte[] Paths(IReadOnlyList<IReadOnlyList<Descent>> descents)
    {
        var figure = new Figure(2, 2);
        for (var surface = 0; surface < Surface.All.Count; surface++)
        {
            var f = Surface.All[surface];
            var plot = figure.Panel($"{f.Name}: {f.Formula}", "x", "y");
            plot.HideGrid();
            Contours(plot, f);
            foreach (var i in Order(descents.Count)) Curves.Line(plot, Inside(descents[i][surface].Path, f), Look.Of(i));
            for (var i = 0; i < descents.Count; i++) Curves.Mark(plot, [Inside(descents[i][surface].Path, f)[^1]], Look.Of(i));
            plot.Add.Marker(f.Start.X, f.Start.Y, MarkerShape.FilledCircle, EndMarker, Colors.Black);
            foreach (var (x, y) in f.Minima) plot.Add.Marker(x, y, MarkerShape.Cross, EndMarker, Colors.Black).MarkerStyle.LineWidth = 3;
            plot.Axes.SetLimits(f.View.Left, f.View.Right, f.View.Bottom, f.View.Top);
        }
        return figure.Png(Width, Height,
        [
            .. Key(),
            new() { LabelText = "start", MarkerStyle = new(MarkerShape.FilledCircle, EndMarker, Colors.Black) },
            new() { LabelText = "minimum", MarkerStyle = new(MarkerShape.Cross, EndMarker, Colors.Black) { LineWidth = 3 } },
        ]);
    }

    // Solid lines lie beneath dashed ones, so that of two that coincide both are seen.
    static IEnumerable<int> Order(int count) =>
        Enumerable.Range(0, count).OrderByDescending(i => Look.Of(i).Line.Equals(LinePattern.Solid));

    static IReadOnlyList<LegendItem> Key() => [.. Entrant.Field.Select((e, i) => Curves.Key(e.Name, Look.Of(i)))];

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
