namespace Optim.Functional.Cli;

/// <summary>The picture of one training run.</summary>
internal static class TrainPlot
{
    const int Width = 1600, Height = 700;

    public static byte[] Png(Settings settings, IReadOnlyList<EpochResult> history)
    {
        var figure = new Figure(2, 1);
        var look = new Look(ScottPlot.Colors.C0, ScottPlot.LinePattern.Solid, ScottPlot.MarkerShape.FilledCircle);
        double[] losses = [.. history.Select(r => r.Loss)];
        var left = figure.Panel($"Training loss ({settings})", "epoch", "mean cross-entropy");
        Curves.Line(left, losses, look, 0, log: true);
        Curves.LogAxis(left, [losses]);
        var right = figure.Panel(
            $"Test accuracy: {Numbers.Share(history[^1].Accuracy)} after epoch {history[^1].Epoch}",
            "epoch",
            "share right");
        Curves.Line(right, [.. history.Select(r => r.Accuracy)], look, 0, log: false);
        foreach (var plot in new[] { left, right }) Curves.StepAxis(plot, history.Count - 1);
        return figure.Png(Width, Height);
    }
}
