namespace Optim.Functional.Cli;

/// <summary>What one optimizer came to: on the digits, once for each seed, and on each of <see cref="Surface.All"/>.</summary>
internal sealed record Result(Entrant Entrant, IReadOnlyList<DigitsRun> Digits, IReadOnlyList<Descent> Descents)
{
    public static Result Of(Entrant entrant, RaceOptions options) => new(
        entrant,
        [.. Enumerable.Range(options.Seed, options.Seeds).Select(seed => DigitsRun.Run(entrant, options.Epochs, seed))],
        [.. Surface.All.Select(f => Descent.Run(entrant, f, options.Steps))]);

    public bool IsFinite => Digits.All(d => d.IsFinite);
    public Spread Accuracy => Spread.Of(Digits.Select(d => d.Last.Accuracy));
    public Spread Loss => Spread.Of(Digits.Select(d => d.Last.Loss));
}

/// <summary>Numbers of several runs: their mean, and their standard deviation, which one alone does not have.</summary>
internal readonly record struct Spread(double Mean, double? Deviation)
{
    public static Spread Of(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        var mean = all.Average();
        return new(mean, all.Length < 2 ? null : Math.Sqrt(all.Sum(x => (x - mean) * (x - mean)) / (all.Length - 1)));
    }

    public string Text(Func<double, string> one) => Deviation is { } σ && double.IsFinite(Mean) ? $"{one(Mean)} ± {one(σ)}" : one(Mean);
}

/// <summary>The results of a race in order: the digits by accuracy, then loss, each function by its value at the end.</summary>
/// <param name="Best">The mean of its places, then the optimizer, best first.</param>
internal sealed record Standing(IReadOnlyList<Result> OnDigits, IReadOnlyList<IReadOnlyList<Result>> OnSurfaces, IReadOnlyList<(double Place, Result Of)> Best)
{
    public static Standing Of(IReadOnlyList<Result> results)
    {
        Result[] digits =
            [.. results.OrderBy(r => !r.IsFinite).ThenByDescending(r => r.Accuracy.Mean).ThenBy(r => r.Loss.Mean)];
        Result[][] surfaces = [.. Enumerable.Range(0, Surface.All.Count).Select(Order)];
        IReadOnlyList<Result>[] all = [digits, .. surfaces];
        return new(digits, surfaces, [.. results.Select(r => (all.Average(places => Place(places, r)), r)).OrderBy(p => p.Item1)]);

        Result[] Order(int f) => [.. results.OrderBy(r => !double.IsFinite(r.Descents[f].Values[^1]))
            .ThenBy(r => r.Descents[f].Values[^1]).ThenBy(r => r.Descents[f].StepsTo(RaceTables.Goal))];
    }

    public static int Place(IReadOnlyList<Result> order, Result result) => 1 + order.Index().First(r => ReferenceEquals(r.Item, result)).Index;
}
