namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim doctor</c>.</summary>
/// <param name="Required">Keys of libraries.</param>
/// <param name="Seconds">That memory bandwidth is measured.</param>
internal sealed record DoctorOptions(bool Json, IReadOnlyList<string> Required, double Seconds)
{
    const double DefaultSeconds = 1;

    static readonly IReadOnlyList<string> Keys = [.. Report.Probes.Select(p => p.Key)];

    public static readonly IReadOnlyList<Option> All =
    [
        new("json", "", "", "Print it as JSON."),
        new("require", "NAMES", "none", $"End with exit code 1 unless all of these are found: some of {string.Join(",", Keys)}."),
        new("seconds", "NUMBER", $"{DefaultSeconds}", "How long memory bandwidth is measured; 0 leaves it out."),
    ];

    public static DoctorOptions Parse(string[] args)
    {
        var given = Arguments.Parse("doctor", All, args);
        return new(given.Switch("json"), [.. Names(given["require"]).Distinct()], given.Double("seconds", DefaultSeconds));
    }

    static IEnumerable<string> Names(string? text) => (text ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(name => Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Misuse.BadValue("require", name, $"one of {string.Join(", ", Keys)}{Nearest.Hint(name, Keys)}"));
}
