using ScottPlot;
using static System.FormattableString;

namespace Optim.Functional.Plots;

/// <summary>Pictures of what a classifier takes for what.</summary>
public static class ConfusionPlots
{
    const int Cell = 78, Margin = 190, TextSize = 14;
    const double Dark = 0.5;

    /// <summary>A picture of a confusion matrix: each row's shares by their colour, the counts written in the cells.</summary>
    /// <param name="counts">[classes, classes]: row i, column j: how many of class i were taken for class j.</param>
    /// <param name="labels">The classes' names, in order.</param>
    /// <param name="file">Where the picture is written too, over one that is there; null: nowhere.</param>
    /// <param name="title">What stands above it; null: the share that was right.</param>
    /// <returns>The PNG.</returns>
    /// <exception cref="ArgumentException">There are no classes, or not as many names as classes.</exception>
    /// <example><code>ConfusionPlots.Plot(counts, ["cat", "dog"], "confusion.png");</code></example>
    public static byte[] Plot(int[,] counts, IReadOnlyList<string> labels, string? file = null, string? title = null)
    {
        if (counts is null) throw Fault.Null("the counts");
        if (labels is null) throw Fault.Null("the labels");
        var n = counts.GetLength(0);
        if (n == 0 || n != counts.GetLength(1) || n != labels.Count) throw Fault.Confusion(n, counts.GetLength(1), labels.Count);
        var figure = new Figure(1, 1);
        var plot = figure.Panel(title ?? $"{Share(counts):P1} right", "taken for", "is");
        var shares = Shares(counts);
        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.CustomInterpolated([Colors.White, Color.FromHex("#08306b")]);
        map.ManualRange = new(0, 1);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                if (counts[i, j] > 0) Write(plot, Invariant($"{counts[i, j]}"), j, n - 1 - i, shares[i, j] > Dark);
        plot.Axes.Bottom.TickGenerator = Names(labels);
        plot.Axes.Left.TickGenerator = Names([.. labels.Reverse()]);
        plot.Axes.SetLimits(-0.5, n - 0.5, -0.5, n - 0.5);
        plot.HideGrid();
        return Written.To(file, figure.Png(n * Cell + Margin, n * Cell + Margin / 2));
    }

    static double Share(int[,] counts)
    {
        long right = 0, all = 0;
        for (var i = 0; i < counts.GetLength(0); i++)
            for (var j = 0; j < counts.GetLength(1); j++) (right, all) = (right + (i == j ? counts[i, j] : 0), all + counts[i, j]);
        return all == 0 ? 0 : (double)right / all;
    }

    static double[,] Shares(int[,] counts)
    {
        var shares = new double[counts.GetLength(0), counts.GetLength(1)];
        for (var i = 0; i < shares.GetLength(0); i++)
        {
            var all = Enumerable.Range(0, shares.GetLength(1)).Sum(j => (long)counts[i, j]);
            for (var j = 0; all > 0 && j < shares.GetLength(1); j++) shares[i, j] = (double)counts[i, j] / all;
        }
        return shares;
    }

    static void Write(Plot plot, string text, int x, int y, bool isOnDark)
    {
        var written = plot.Add.Text(text, x, y);
        written.LabelAlignment = Alignment.MiddleCenter;
        written.LabelFontName = OwnFont.Name;
        written.LabelFontSize = TextSize;
        written.LabelFontColor = isOnDark ? Colors.White : Colors.Black;
    }

    static ScottPlot.TickGenerators.NumericManual Names(IReadOnlyList<string> labels)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (var (at, name) in labels.Index()) ticks.AddMajor(at, name);
        return ticks;
    }
}
