namespace Optim.Functional.Cli;

/// <summary>The options given to a command, by name, as text.</summary>
internal sealed class Arguments
{
    /// <summary>Some of the optimizers.</summary>
    public static readonly Option Only = new("only", "NAMES", "all", "Only these optimizers, with commas between them: Adam,Muon.");

    readonly Dictionary<string, string> given = [];

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c> and <c>--switch</c>;
    /// a hyphen inside a name counts as an underscore.</summary>
    /// <param name="command">As messages name it.</param>
    /// <param name="known">Its options.</param>
    /// <param name="args">What follows the command.</param>
    /// <param name="files">Takes the words that belong to no option; without it they are refused.</param>
    public static Arguments Parse(
        string command,
        IReadOnlyList<Option> known,
        IReadOnlyList<string> args,
        ICollection<string>? files = null)
    {
        var arguments = new Arguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (files is not null && !args[i].StartsWith('-'))
            {
                files.Add(args[i]);
                continue;
            }
            if (!args[i].StartsWith("--") || args[i].Length == 2) throw Misuse.Stray(command, args[i]);
            var parts = args[i][2..].Split('=', 2);
            var name = parts[0].Replace('-', '_');
            var option = known.FirstOrDefault(o => o.Name == name)
                ?? throw Misuse.UnknownOption(command, parts[0], [.. known.Select(o => o.Name).Distinct()]);
            if (!arguments.given.TryAdd(name, Value(option, parts, () => Next(args, ref i)))) throw Misuse.Twice(command, name);
        }
        return arguments;

        string Value(Option option, string[] parts, Func<string?> next) =>
            parts.Length == 2 ? parts[1]
            : option.IsSwitch ? "true"
            : next() ?? throw Misuse.NoValue(command, option.Name, option.Value);
    }

    public string? this[string name] => given.GetValueOrDefault(name);

    public IEnumerable<string> Names => given.Keys;

    public int Int(string name, int otherwise, int least, int most) =>
        this[name] is not { } text ? otherwise
        : int.TryParse(text, out var value) && value >= least && value <= most ? value
        : throw Misuse.BadValue(name, text, $"a whole number from {least} to {most}");

    public double Double(string name, double otherwise) =>
        this[name] is not { } text ? otherwise
        : double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && value >= 0 ? value
        : throw Misuse.BadValue(name, text, "a finite number of at least 0");

    public bool Switch(string name) =>
        this[name] is not { } text ? false : bool.TryParse(text, out var on) ? on : throw Misuse.BadValue(name, text, "true or false");

    /// <summary>The optimizers that <see cref="Only"/> names, or all.</summary>
    public IReadOnlyList<RuleInfo> Rules() => this[Only.Name] is not { } names ? Registry.All
        : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(Rule).Distinct()];

    static RuleInfo Rule(string name) =>
        Registry.All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Misuse.UnknownOptimizer(name, [.. Registry.All.Select(r => r.Name)]);

    // A value may begin with one dash, as a negative number does, but not with two.
    static string? Next(IReadOnlyList<string> args, ref int i) =>
        i + 1 < args.Count && !args[i + 1].StartsWith("--") ? args[++i] : null;
}
