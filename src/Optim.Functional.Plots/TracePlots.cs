using ScottPlot;

namespace Optim.Functional.Plots;

/// <summary>Pictures of runs.</summary>
public static class TracePlots
{
    const int Width = 1200, RowHeight = 260, MostPoints = 4000, LeftAxis = 90, ManyTicks = 9, FewTicks = 5;
    const double TopRow = 1.8, Pale = 0.35;

    /// <summary>A picture of a run: loss, learning rates, gradient norm, and series of the caller's own, one above the other. What spans
    /// powers of ten is drawn by its logarithm; a line is broken where a number is not finite.</summary>
    /// <param name="trace">The run; it has a step at least.</param>
    /// <param name="file">Where the picture is written too, over one that is there; null: nowhere.</param>
    /// <param name="title">What stands above it; null: the trace's own line.</param>
    /// <returns>The PNG.</returns>
    /// <exception cref="ArgumentException">There is nothing to show.</exception>
    /// <example><code>trace.Plot("run.png");</code></example>
    public static byte[] Plot(this Trace trace, string? file = null, string? title = null)
    {
        var panels = TracePanel.Of(trace);
        var figure = new Figure(1, panels.Count, TopRow);
        foreach (var (row, panel) in panels.Index())
        {
            var plot = figure.Panel(row == 0 ? title ?? $"{trace}" : "", row == panels.Count - 1 ? "step" : "", panel.Title);
            Draw(plot, panel, row);
            Curves.StepAxis(plot, trace.Steps[^1], trace.Steps[0]);
            Curves.ValueAxis(plot, panel.Ends.Bottom, panel.Ends.Top, panel.TicksOf(row == 0 ? ManyTicks : FewTicks));
        }
        figure.Align(LeftAxis);
        return Written.To(file, figure.Png(Width, (int)(RowHeight * (panels.Count - 1 + TopRow))));
    }

    /// <summary>A page of HTML of the same, which shows the numbers under the pointer. It needs nothing else: no network, no other file.
    /// Of long runs it has for each stretch the least and the greatest number.</summary>
    /// <param name="trace">The run; it has a step at least.</param>
    /// <param name="file">Where the page is written too, over one that is there; null: nowhere.</param>
    /// <param name="title">What stands above it; null: the trace's own line.</param>
    /// <returns>The page.</returns>
    /// <exception cref="ArgumentException">There is nothing to show.</exception>
    /// <example><code>trace.Html("run.html");</code></example>
    public static string Html(this Trace trace, string? file = null, string? title = null) =>
        Written.To(file, TracePage.Of(trace, TracePanel.Of(trace), title ?? $"{trace}"));

    static void Draw(Plot plot, TracePanel panel, int row)
    {
        var (mean, scale) = (panel.Mean, panel.Scale);
        Look[] looks = [.. panel.Lines.Select((_, l) => Look.Of(row + l) with { Line = Look.Of(l).Line })];
        foreach (var (line, look) in panel.Lines.Zip(looks))
        {
            var its = mean.Count > 0 ? look with { Color = look.Color.WithAlpha(Pale) } : look;
            Curves.Gapped(plot, Scaled(line.Points), its);
            Curves.Gapped(plot, Scaled(mean), look);
        }
        if (looks.Length > 1)
            Figure.Key(plot, [.. panel.Lines.Zip(looks, (line, look) => Curves.Key(line.Name, look with { Marker = MarkerShape.None }))]);

        (long, double)[] Scaled(IReadOnlyList<(long Step, double Value)> points) =>
            [.. Thinned.Of(points, MostPoints).Select(p => (p.Step, scale(p.Value)))];
    }
}
