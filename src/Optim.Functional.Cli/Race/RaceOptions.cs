namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim race</c>.</summary>
internal sealed record RaceOptions(
    int Epochs, int Steps, string? Folder, bool Overwrite, int Seed, int Seeds, IReadOnlyList<Entrant> Entrants, bool Markdown)
{
    const int DefaultEpochs = 10, DefaultSteps = 300, DefaultSeed = 1, Most = 100_000, MostSeeds = 1000;

    public static readonly IReadOnlyList<Option> All =
    [
        new("epochs", "N", $"{DefaultEpochs}", "Times the training digits are gone through."),
        new("steps", "N", $"{DefaultSteps}", "Steps on each function."),
        new("seed", "N", $"{DefaultSeed}", "Decides the split of the digits, the first weights and the order."),
        new("seeds", "N", "1", "Runs on the digits, of this seed and the next ones: the table has their means and how far they spread."),
        Arguments.Only,
        new("markdown", "", "", "Print the tables as markdown."),
        new("out", "DIR", Pictures.Folder, "Folder of the two pictures; where none is given, race-losses-2.png and so on follow them."),
        Pictures.Overwrite,
    ];

    public static RaceOptions Parse(string[] args)
    {
        var given = Arguments.Parse("race", All, args);
        return new(
            given.Int("epochs", DefaultEpochs, 1, Most), given.Int("steps", DefaultSteps, 1, Most),
            given["out"], given.Switch("overwrite"), given.Int("seed", DefaultSeed, 0, int.MaxValue - MostSeeds),
            given.Int("seeds", 1, 1, MostSeeds), Chosen(given.Rules()), given.Switch("markdown"));
    }

    static Entrant[] Chosen(IReadOnlyList<RuleInfo> rules)
    {
        Entrant[] chosen = [.. Entrant.Field.Where(e => rules.Contains(e.Info))];
        return chosen.Length > 0 ? chosen : throw Misuse.NoEntrant(Entrant.Absent.First(a => rules.Contains(a.Info)).Why);
    }
}
