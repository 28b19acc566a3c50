using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>The picture of a schedule.</summary>
internal static class SchedulePlot
{
    const int Width = 1200, Height = 600, MostPoints = 4000;

    public static byte[] Png(string title, double[] rates, double[]? momenta)
    {
        var figure = new Figure(momenta is null ? 1 : 2, 1);
        Draw("learning rate", rates, Look.Of(0));
        if (momenta is not null) Draw("momentum", momenta, Look.Of(3));
        return figure.Png(Width, Height);

        void Draw(string what, double[] values, Look look)
        {
            var plot = figure.Panel(title, "step", what);
            var each = Math.Max(1, values.Length / MostPoints);
            Curves.Line(plot, [.. values.Index().Where(v => v.Index % each == 0 || v.Index == values.Length - 1).Select(v => new Coordinates(v.Index, v.Item))], look);
            Curves.StepAxis(plot, values.Length - 1);
        }
    }
}
