namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim rules</c>.</summary>
internal sealed record RulesOptions(IReadOnlyList<RuleInfo> Chosen, int Size, bool Markdown)
{
    const int DefaultSize = 512, Most = 16_384;

    public static readonly IReadOnlyList<Option> All =
    [
        Arguments.Only,
        new("size", "N", $"{DefaultSize}", "Rows and columns of the matrix that is stepped."),
        new("markdown", "", "", "Print the tables as markdown."),
    ];

    public static RulesOptions Parse(string[] args)
    {
        var given = Arguments.Parse("rules", All, args);
        return new(given.Rules(), given.Int("size", DefaultSize, 2, Most), given.Switch("markdown"));
    }
}
