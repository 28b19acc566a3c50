namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim replay</c>.</summary>
internal sealed record ReplayOptions(ISuite Suite, bool Markdown)
{
    static readonly IReadOnlyList<string> Keys = [.. Replay.Suites.Select(s => s.Key)];

    public static readonly IReadOnlyList<Option> All =
    [
        new("suite", "NAME", Keys[0], "mgh: the problems of Moré, Garbow and Hillstrom. mathnet: the functions of MathNet's tests."),
        new("markdown", "", "", "Print the tables as docs/replays.md and docs/mathnet.md have them."),
    ];

    public static ReplayOptions Parse(string[] args)
    {
        var given = Arguments.Parse("replay", All, args);
        var key = given["suite"] ?? Keys[0];
        var suite = Replay.Suites.FirstOrDefault(s => s.Key == key)
            ?? throw Misuse.BadValue("suite", key, $"one of {string.Join(", ", Keys)}{Nearest.Hint(key, Keys)}");
        return new(suite, given.Switch("markdown"));
    }
}
