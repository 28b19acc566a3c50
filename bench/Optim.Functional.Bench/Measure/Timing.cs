namespace Optim.Functional.Bench;

/// <summary>Times of some sides, round by round.</summary>
/// <param name="Rounds">For each round that counts the nanoseconds of one call, in the order of the sides.</param>
/// <param name="Tried">All rounds, those dropped as well.</param>
/// <param name="Quiet">False where no round was quiet and all are used.</param>
sealed record Timing(IReadOnlyList<double[]> Rounds, int Tried, bool Quiet)
{
    /// <summary>Nanoseconds of one call.</summary>
    public double Of(int side) => Median(r => r[side]);

    /// <summary>The median of the rounds' ratios: what slows both sides of a round down cancels.</summary>
    public double Ratio(int over, int under) => Median(r => r[over] / r[under]);

    /// <summary>The median of something of a round.</summary>
    public double Median(Func<double[], double> of) => Median(Rounds.Select(of));

    /// <summary>The rounds used, of those tried.</summary>
    public string Kept => (Quiet ? "" : "~") + $"{Rounds.Count}/{Tried}";

    /// <summary>One of several: their quiet rounds, or all where none was quiet.</summary>
    public static Timing Of(IReadOnlyList<Timing> all)
    {
        var quiet = all.Any(t => t.Quiet);
        return new([.. all.Where(t => t.Quiet == quiet).SelectMany(t => t.Rounds)], all.Sum(t => t.Tried), quiet);
    }

    public static double Median(IEnumerable<double> values)
    {
        var x = values.Order().ToArray();
        return x.Length % 2 == 1 ? x[x.Length / 2] : (x[x.Length / 2 - 1] + x[x.Length / 2]) / 2;
    }
}
