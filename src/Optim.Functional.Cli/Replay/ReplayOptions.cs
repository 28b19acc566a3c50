namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim replay</c>.</summary>
internal sealed record ReplayOptions(bool Markdown)
{
    public static readonly IReadOnlyList<Option> All = [new("markdown", "", "", "Print the tables as docs/replays.md has them.")];

    public static ReplayOptions Parse(string[] args) => new(Markdown: Arguments.Parse("replay", All, args)["markdown"] switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Misuse.BadValue("markdown", other, "true or false"),
    });
}
