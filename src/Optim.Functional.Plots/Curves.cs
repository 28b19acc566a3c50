using ScottPlot;

namespace Optim.Functional.Plots;

/// <summary>Lines over steps, on a plain or a logarithmic scale.</summary>
internal static class Curves
{
    const int MarkersPerLine = 8;
    const double Margin = 0.3;

    /// <summary>Smaller values are drawn here.</summary>
    public const double Floor = 1e-12;

    public static void Line(Plot plot, IReadOnlyList<double> ys, Look look, int line, bool log)
    {
        var points = ys.Select((y, x) => new Coordinates(x, log ? Math.Log10(Math.Max(y, Floor)) : y))
            .TakeWhile(p => double.IsFinite(p.Y))
            .ToArray();
        Line(plot, points, look);
        // The markers of different lines stand at different steps, so that they do not hide each other.
        var gap = Math.Max(1, points.Length / MarkersPerLine);
        Mark(plot, [.. points.Where((_, i) => i % gap == line % gap)], look);
    }

    public static void Line(Plot plot, Coordinates[] points, Look look)
    {
        var drawn = plot.Add.ScatterLine(points, look.Color);
        (drawn.LineWidth, drawn.LinePattern) = (2, look.Line);
    }

    /// <summary>A line that is broken where a number is not finite; what stands alone there is a dot.</summary>
    public static void Gapped(Plot plot, IReadOnlyList<(long Step, double Value)> points, Look look)
    {
        var part = new List<Coordinates>();
        foreach (var (step, value) in points)
            if (double.IsFinite(value)) part.Add(new(step, value));
            else Draw();
        Draw();

        void Draw()
        {
            if (part.Count == 1) Mark(plot, [.. part], look with { Marker = MarkerShape.FilledCircle });
            if (part.Count > 1) Line(plot, [.. part], look);
            part.Clear();
        }
    }

    public static void Mark(Plot plot, Coordinates[] points, Look look)
    {
        var markers = plot.Add.Markers(points, look.Marker, 7, look.Color);
        markers.MarkerStyle.LineWidth = 1.5f;
        markers.MarkerStyle.LineColor = look.Color;
    }

    public static LegendItem Key(string name, Look look) => new()
    {
        LabelText = name,
        LineColor = look.Color,
        LineWidth = 2,
        LinePattern = look.Line,
        MarkerStyle = new MarkerStyle(look.Marker, 8, look.Color) { LineWidth = 1.5f, LineColor = look.Color },
    };

    public static void StepAxis(Plot plot, long last, long first = 0)
    {
        var margin = 0.02 * Math.Max(1, last - first);
        plot.Axes.SetLimitsX(first - margin, last + margin);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
    }

    /// <summary>Ticks at powers of ten for an axis that holds logarithms.
    /// The axis ends at the highest start, so that what diverges leaves the picture.</summary>
    public static void LogAxis(Plot plot, IEnumerable<IReadOnlyList<double>> lines)
    {
        var all = lines.ToArray();
        var top = Math.Log10(Math.Max(all.Max(l => l[0]), Floor)) + Margin;
        var bottom = Math.Log10(all.SelectMany(l => l).Where(double.IsFinite).Select(y => Math.Max(y, Floor)).Min()) - Margin;
        ValueAxis(plot, bottom, top, Ticks.Log(bottom, top));
    }

    /// <summary>An axis with these ends and ticks.</summary>
    public static void ValueAxis(Plot plot, double bottom, double top, IEnumerable<(double At, string? Label)> ticks)
    {
        plot.Axes.SetLimitsY(bottom, top);
        var generator = new ScottPlot.TickGenerators.NumericManual();
        foreach (var (at, label) in ticks)
            if (label is null) generator.AddMinor(at);
            else generator.AddMajor(at, label);
        plot.Axes.Left.TickGenerator = generator;
    }
}
