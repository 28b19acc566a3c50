namespace Optim.Functional.Plots;

/// <summary>Pictures of schedules.</summary>
public static class SchedulePlots
{
    const int Width = 1200, Height = 600, MostPoints = 4000;

    /// <summary>A picture of the learning rates of the first steps, and of the momentum where the schedule moves it.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="steps">How many steps are shown, at least 1.</param>
    /// <param name="file">Where the picture is written too, over one that is there; null: nowhere.</param>
    /// <param name="lr">The learning rate that the schedule starts from.</param>
    /// <param name="title">What stands above it; null: the schedule's own words.</param>
    /// <returns>The PNG.</returns>
    /// <exception cref="ArgumentException">There are no steps.</exception>
    /// <example><code>new Cosine(900).WarmUp(100).Plot(1000, "schedule.png");</code></example>
    public static byte[] Plot(this ISchedule schedule, int steps, string? file = null, double lr = 1, string? title = null)
    {
        if (schedule is null) throw Fault.Null("the schedule");
        if (steps < 1) throw Fault.Steps(steps);
        var momenta = schedule is IMomentumSchedule moving && moving.MomentumAt(0) is not null ? moving : null;
        var figure = new Figure(momenta is null ? 1 : 2, 1);
        Draw("learning rate", schedule.Values(steps + 1, lr), Look.Of(0));
        if (momenta is not null)
            Draw("momentum", [.. Enumerable.Range(0, steps + 1).Select(t => momenta.MomentumAt(t) ?? double.NaN)], Look.Of(3));
        return Written.To(file, figure.Png(Width, Height));

        void Draw(string what, double[] values, Look look)
        {
            var plot = figure.Panel(title ?? $"{schedule}", "step", what);
            Curves.Gapped(plot, Thinned.Of([.. values.Index().Select(v => ((long)v.Index, v.Item))], MostPoints), look);
            Curves.StepAxis(plot, steps);
        }
    }
}
