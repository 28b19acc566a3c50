using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>Lines over steps, on a plain or a logarithmic scale.</summary>
internal static class Curves
{
    const int MarkersPerLine = 8, MostTicks = 8;

    // With fewer powers of ten than this 2 and 5 are labelled too.
    const double FewDecades = 2.5, Margin = 0.3;

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

    public static void StepAxis(Plot plot, int last)
    {
        plot.Axes.SetLimitsX(-0.02 * last, 1.02 * last);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
    }

    /// <summary>Ticks at powers of ten for an axis that holds logarithms.
    /// The axis ends at the highest start, so that what diverges leaves the picture.</summary>
    public static void LogAxis(Plot plot, IEnumerable<IReadOnlyList<double>> lines)
    {
        var all = lines.ToArray();
        var top = Math.Log10(Math.Max(all.Max(l => l[0]), Floor)) + Margin;
        var bottom = Math.Log10(all.SelectMany(l => l).Where(double.IsFinite).Select(y => Math.Max(y, Floor)).Min()) - Margin;
        plot.Axes.SetLimitsY(bottom, top);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        var each = (int)Math.Ceiling((top - bottom) / MostTicks);
        for (var power = (int)Math.Floor(bottom); power <= top; power++)
        {
            if (power % each == 0) ticks.AddMajor(power, Label(power, 1));
            else ticks.AddMinor(power);
            for (var digit = 2; digit < 10 && each == 1; digit++)
                if (top - bottom < FewDecades && digit is 2 or 5) ticks.AddMajor(power + Math.Log10(digit), Label(power, digit));
                else ticks.AddMinor(power + Math.Log10(digit));
        }
        plot.Axes.Left.TickGenerator = ticks;
    }

    static string Label(int power, int digit) => power is >= -3 and <= 3 ? $"{digit * Math.Pow(10, power):0.###}" : $"{digit}e{power}";
}
