namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim verify</c>.</summary>
/// <param name="Path">The file, as it was given.</param>
/// <param name="Rule">The one rule to verify, or null for all.</param>
/// <param name="Laws">The laws to check.</param>
internal sealed record VerifyOptions(string Path, string? Rule, IReadOnlyList<Law> Laws, int Seed, int Cases)
{
    const int DefaultCases = 100, MostCases = 1_000_000, SeedBound = 1_000_000;

    public static readonly IReadOnlyList<Option> All =
    [
        new("rule", "NAME", "all", "Verify this rule only, upper or lower case."),
        new("law", "NAME", "all", "Check this law only, one of those below; put a name of several words in quotes."),
        new(
            "seed",
            "N",
            "random",
            "Decides the cases drawn. The seed of each run is printed; the same one finds the same counterexample again."),
        new("cases", "N", $"{DefaultCases}", "Cases a law and rule; laws that cost much are checked on fewer."),
    ];

    public static VerifyOptions Parse(string[] args)
    {
        var files = new List<string>();
        var given = Arguments.Parse("verify", All, args, files);
        if (files.Count > 1) throw Misuse.ManyFiles(files);
        var (seed, cases) = (
            given.Int("seed", Random.Shared.Next(SeedBound), 0, int.MaxValue),
            given.Int("cases", DefaultCases, 1, MostCases));
        return new(
            files.Count == 1 ? files[0] : throw Misuse.NoFile(),
            given["rule"],
            given["law"] is { } law ? [Find(law)] : Properties.Laws.All,
            seed,
            cases);
    }

    /// <summary>The command that checks one law on one rule in the same way again.</summary>
    public string Again(string rule, string law) =>
        $"optim verify {Quoted(Path)} --rule {Quoted(rule)} --law {Quoted(law)} --seed {Seed}"
        + (Cases == DefaultCases ? "" : $" --cases {Cases}");

    static string Quoted(string word) => word.Contains(' ') ? $"\"{word}\"" : word;

    static Law Find(string name) =>
        Properties.Laws.All.FirstOrDefault(law => law.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Misuse.UnknownLaw(name, [.. Properties.Laws.All.Select(law => law.Name)]);
}
