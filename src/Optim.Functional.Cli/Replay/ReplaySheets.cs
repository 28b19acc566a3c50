using System.Globalization;

namespace Optim.Functional.Cli;

/// <summary>The results of a suite as tables.</summary>
internal static class ReplaySheets
{
    /// <summary>How many cases of each start are solved, by tolerances and minimizer.</summary>
    public static Sheet Totals(ISuite suite, IReadOnlyList<Replay> replays)
    {
        var starts = suite.Cases.Select(c => c.Start).Distinct().ToArray();
        var problems = suite.Cases.Select(c => c.Problem).Distinct().Count();
        return new($"Solved of {problems}: the optimum + a local minimum",
            [
                new("tolerances"), new("minimizer"), .. starts.Select(start => new Column(start, IsNumber: true)),
                new("NaN", IsNumber: true), new("given up", IsNumber: true), new("calls per ours", IsNumber: true),
            ],
            [.. replays.SelectMany(replay => suite.Minimizers.Select((_, i) => Total(replay, i, starts)))]);
    }

    /// <summary>What each minimizer has made of each case.</summary>
    public static Sheet Cases(Replay replay)
    {
        var (_, gradient, change) = replay.Tolerances;
        return new($"With tolerances {OptionText.Format(gradient)} of the gradient and {OptionText.Format(change)} of changes",
            [
                new("problem"), new("start"), new("minimizer"), new("value", IsNumber: true), new("calls", IsNumber: true),
                new("", Wraps: true),
            ],
            [.. replay.Attempts.SelectMany(all => all.Select(
                (attempt, i) => Row(attempt, replay.Suite.Minimizers[i].Name, isFirst: i == 0)))]);
    }

    static string[] Total(Replay replay, int minimizer, string[] starts)
    {
        var attempts = replay.Attempts.Select(all => all[minimizer]).ToArray();
        return
        [
            replay.Tolerances.Name,
            replay.Suite.Minimizers[minimizer].Name,
            .. starts.Select(start => Solved([.. attempts.Where(a => a.Case.Start == start)])),
            $"{attempts.Count(a => double.IsNaN(a.Value))}",
            $"{attempts.Count(a => a.Failure is not null)}",
            replay.CallsRatio(minimizer).ToString("0.00", CultureInfo.InvariantCulture),
        ];
    }

    static string Solved(IReadOnlyCollection<Attempt> attempts) =>
        $"{attempts.Count(a => a.Solution == Solution.Optimum)} + {attempts.Count(a => a.Solution == Solution.Local)}";

    static string[] Row(Attempt attempt, string minimizer, bool isFirst)
    {
        var (problem, start) = isFirst ? (attempt.Case.Problem, attempt.Case.Start) : ("", "");
        return [problem, start, minimizer, Number(attempt.Value), $"{attempt.Calls}", Outcome(attempt)];
    }

    static string Outcome(Attempt attempt) => (attempt.Solution, attempt.Failure) switch
    {
        (Solution.None, var failure) => failure ?? "-",
        (Solution.Local, null) => "local",
        (Solution.Local, var failure) => $"local, {failure}",
        (_, null) => "solved",
        (_, var failure) => $"solved, {failure}",
    };

    static string Number(double x) =>
        double.IsFinite(x) ? x.ToString("0.0000e+0", CultureInfo.InvariantCulture) : OptionText.Format(x);
}
