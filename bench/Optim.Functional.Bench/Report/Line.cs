using System.Globalization;

namespace Optim.Functional.Bench;

/// <summary>How a line ended.</summary>
enum Verdict
{
    /// <summary>Has no target: it explains another line.</summary>
    Shown,
    Passed,
    Missed,
    NotMeasured,
}

/// <summary>One line of the table.</summary>
/// <param name="Case">What was measured.</param>
/// <param name="Value">Ratio, time or count that the target is about; null where it was not measured.</param>
/// <param name="Target">What it must reach; null for a line that explains another.</param>
sealed record Line(string Case, double? Value, Target? Target)
{
    public string Ours { get; init; } = "";
    public string Theirs { get; init; } = "";
    public string Unit { get; init; } = "x";

    /// <summary>Memory traffic of our side in GB/s, where memory is the limit.</summary>
    public double? Traffic { get; init; }
    public string Rounds { get; init; } = "";
    public string Note { get; init; } = "";

    public Verdict Verdict => Value is not { } value ? Verdict.NotMeasured
        : Target is not { } target ? Verdict.Shown
        : target.Met(value) ? Verdict.Passed : Verdict.Missed;

    public static Line NotMeasured(string what, string reason, Target? target = null) => new(what, null, target) { Note = reason };

    /// <summary>The columns of the table, in the order of <see cref="Heads"/>.</summary>
    public string[] Cells =>
    [
        Case, Ours, Theirs, Value is { } v ? Number(v) + " " + Unit : "", $"{Target}", Verdict switch
        {
            Verdict.Passed => "pass",
            Verdict.Missed => "MISS",
            Verdict.NotMeasured => "not measured",
            _ => "",
        },
        Traffic is { } g ? Number(g) : "", Rounds, Note,
    ];

    public static string[] Heads => ["case", "ours", "theirs", "value", "target", "", "GB/s", "rounds", "note"];

    /// <summary>A note where numbers have become such that arithmetic on them takes another time.</summary>
    public static string Health(bool normal) => normal ? "" : " NaN, infinite or denormal numbers: the time is of no use";

    public static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    /// <summary>Three digits that count.</summary>
    public static string Number(double x) =>
        x.ToString(
            Math.Abs(x) switch
            {
                >= 100 => "0",
                >= 10 => "0.0",
                >= 1 => "0.00",
                0 => "0",
                _ => "0.000",
            },
            CultureInfo.InvariantCulture);
}
