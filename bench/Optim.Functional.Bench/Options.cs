namespace Optim.Functional.Bench;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Quick">Fewer sizes, rounds and rules.</param>
/// <param name="Only">Parts of the names of the rows to run; none for all.</param>
/// <param name="Write">File for the result, or null.</param>
/// <param name="Help">Only say how it is used.</param>
/// <param name="FirstStep">Only time this process's first step.</param>
sealed record Options(
    bool Quick = false,
    IReadOnlyList<string>? Only = null,
    string? Write = null,
    bool Help = false,
    bool FirstStep = false)
{
    /// <summary>The program starts itself with it.</summary>
    public const string FirstStepWord = "--first-step";

    /// <exception cref="FormatException">An option is unknown or lacks its value, or a row is.</exception>
    public static Options Parse(IReadOnlyList<string> words, IEnumerable<string> rows)
    {
        var options = new Options(Only: []);
        for (var i = 0; i < words.Count; i++)
        {
            string Value(string what) =>
                i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal)
                    ? words[++i]
                    : throw new FormatException($"{words[i]} wants {what}.");
            options = words[i] switch
            {
                "--quick" => options with { Quick = true },
                "--only" => options with { Only = [.. options.Only!, Row(Value("a row's name or a part of it"), rows)] },
                "--write" => options with { Write = Value("a file") },
                "--help" or "-h" => options with { Help = true },
                FirstStepWord => options with { FirstStep = true },
                var word => throw new FormatException($"{word} is not an option. --help lists them."),
            };
        }
        return options;
    }

    public bool Wants(string row) => Only is null or [] || Only.Any(part => row.Contains(part, StringComparison.OrdinalIgnoreCase));

    static string Row(string part, IEnumerable<string> rows) => rows.Any(r => r.Contains(part, StringComparison.OrdinalIgnoreCase)) ? part
        : throw new FormatException($"--only {part}: no row has that in its name. Rows: {string.Join(", ", rows)}.");
}
