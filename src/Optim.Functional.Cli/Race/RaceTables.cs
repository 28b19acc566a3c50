using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>The results of a race, best first; what diverged comes last.</summary>
internal static class RaceTables
{
    const double Goal = 1e-6;

    public static Table Digits(IReadOnlyList<DigitsRun> runs, RaceOptions options)
    {
        var table = Start(
            $"Digits, {options.Epochs} epochs, seed {options.Seed}: test accuracy and training loss",
            "batch",
            "passes",
            "accuracy",
            "loss",
            "seconds");
        foreach (var run in runs.OrderBy(r => !double.IsFinite(r.Last.Loss))
                .ThenByDescending(r => r.Last.Accuracy)
                .ThenBy(r => r.Last.Loss))
            Row(table, run.Entrant, run.Entrant.Rates[0], $"{run.Entrant.Batch}", $"{run.Passes:0}",
                double.IsFinite(run.Last.Loss) ? Numbers.Share(run.Last.Accuracy) : "", Numbers.Loss(run.Last.Loss), $"{run.Seconds:0.0}");
        return table;
    }

    public static Table Descents(Surface f, IReadOnlyList<Descent> descents, RaceOptions options)
    {
        var table = Start($"{f.Name}, {options.Steps} steps", "f at the end", $"steps to {Goal:0e+0}", "end point");
        foreach (var d in descents.OrderBy(d => !double.IsFinite(d.Values[^1])).ThenBy(d => d.Values[^1]).ThenBy(d => d.StepsTo(Goal)))
            Row(table, d.Entrant, d.Rate, Numbers.Loss(d.Values[^1]), d.StepsTo(Goal)?.ToString() ?? "-",
                double.IsFinite(d.Values[^1]) ? $"({d.Path[^1].X:0.000}, {d.Path[^1].Y:0.000})" : "");
        return table;
    }

    static Table Start(string title, params string[] results)
    {
        var table = new Table().Title(title).Border(TableBorder.Simple).AddColumn("optimizer").AddColumn("lr", c => c.RightAligned());
        foreach (var result in results) table.AddColumn(result, c => c.RightAligned());
        return table;
    }

    static void Row(Table table, Entrant entrant, double rate, params string[] results) =>
        table.AddRow([entrant.Name, OptionText.Format(rate), .. results]);
}
