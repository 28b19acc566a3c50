namespace Optim.Functional.Cli;

/// <summary>The results of a race, best first; what diverged comes last.</summary>
internal static class RaceTables
{
    public const double Goal = 1e-6;

    static readonly Column[] Head = [new("optimizer"), new("lr", IsNumber: true)];

    public static IEnumerable<Sheet> All(Standing standing, RaceOptions options) =>
    [
        Digits(standing.OnDigits, options),
        .. Surface.All.Select((f, i) => Descents(f, [.. standing.OnSurfaces[i].Select(r => r.Descents[i])], options)),
        Places(standing),
    ];

    static Sheet Digits(IEnumerable<Result> order, RaceOptions options) => new(
        $"Digits, {options.Epochs} epochs, seed{(options.Seeds > 1 ? $"s {options.Seed} to {options.Seed + options.Seeds - 1}" : $" {options.Seed}")}",
        [.. Head, .. Numbers("batch", "passes", "test accuracy", "training loss", "seconds")],
        [.. order.Select(r => Row(r.Entrant, r.Entrant.Rates[0], $"{r.Entrant.Batch}", $"{r.Digits.Average(d => d.Passes):0}",
            r.IsFinite ? r.Accuracy.Text(Cli.Numbers.Share) : "", r.Loss.Text(Cli.Numbers.Loss), $"{r.Digits.Average(d => d.Seconds):0.0}"))]);

    public static Sheet Descents(Surface f, IEnumerable<Descent> order, RaceOptions options) => new(
        $"{f.Name}, {options.Steps} steps",
        [.. Head, .. Numbers("f at the end", $"steps to {Goal:0e+0}", "end point")],
        [.. order.Select(d => Row(d.Entrant, d.Rate, Cli.Numbers.Loss(d.Values[^1]), d.StepsTo(Goal)?.ToString() ?? "-",
            double.IsFinite(d.Values[^1]) ? $"({d.Path[^1].X:0.000}, {d.Path[^1].Y:0.000})" : ""))]);

    static Sheet Places(Standing standing) => new(
        "Places in the tables above, and their mean",
        [new("optimizer"), .. Numbers(["digits", .. Surface.All.Select(f => f.Name), "mean"])],
        [.. standing.Best.Select(b => (string[])
            [b.Of.Entrant.Name, $"{Standing.Place(standing.OnDigits, b.Of)}", .. standing.OnSurfaces.Select(s => $"{Standing.Place(s, b.Of)}"), $"{b.Place:0.0}"])]);

    static IEnumerable<Column> Numbers(params IEnumerable<string> titles) => titles.Select(t => new Column(t, IsNumber: true));

    static string[] Row(Entrant entrant, double rate, params string[] results) => [entrant.Name, OptionText.Format(rate), .. results];
}
