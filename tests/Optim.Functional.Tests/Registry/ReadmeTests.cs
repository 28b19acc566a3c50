using System.Globalization;
using System.Text.Json;

namespace Optim.Functional.Tests;

public class ReadmeTests
{
    [Fact]
    public void The_table_and_the_counts_of_the_optimizers_are_the_registrys() => Derived.Check("README.md", text =>
        Between(Between(text, "<!-- table of the optimizers: from the registry -->\n", "<!-- end of the table -->", Table()),
            "<!-- counts of the optimizers: from the registry and the goldens -->\n", "<!-- end of the counts -->", Counts()));

    static string Between(string text, string begin, string end, string derived)
    {
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, text.IndexOf(end, StringComparison.Ordinal));
        Assert.InRange(from, begin.Length, to);
        return text[..from] + derived + text[to..];
    }

    /// <summary>Torch's are those whose defaults it wrote down itself.</summary>
    static string Counts()
    {
        using var defaults = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "goldens", "defaults.json")));
        var torch = defaults.RootElement.EnumerateArray().Select(c => c.GetProperty("optimizer").GetString()!).ToHashSet();
        var (ours, others) = (Registry.All.Count(r => torch.Contains(r.Name)), Registry.All.Where(r => !torch.Contains(r.Name)).Select(r => $"`{r.Name}`").ToArray());
        var which = ours == torch.Count ? $"All {ours}" : $"{ours} of the {torch.Count}";
        return $"{which} optimizers of PyTorch's reference page, with its options, names and numbers, and {others.Length} of others: {string.Join(", ", others)}.\n";
    }

    static string Table() => "| optimizer | options and their defaults | state |\n|---|---|---|\n"
        + string.Concat(Registry.All.Select(r => $"| `{r.Name}` | {string.Join(", ", r.Options.Select(Option))} | {State(r)} |\n"));

    static string Option(OptionInfo o) => o.Required ? $"**{o.Name}**" : $"{o.Name} {Value(o.Default)}";

    static string Value(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        Array tuple => $"({string.Join(", ", tuple.Cast<object?>().Select(Value))})",
        double.PositiveInfinity => "∞",
        double x => x.ToString(x != 0 && Math.Abs(x) is < 1e-2 or >= 1e4 ? "0.#e0" : "0.####", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    /// <summary>Those of a matrix, or, where they are others, those of a vector.</summary>
    static IEnumerable<string> Slots(IGradientRule rule)
    {
        var (ofMatrix, ofVector) = (Keys(rule, [2, 2]), Keys(rule, [2]));
        return ofMatrix.Length == 0 || ofVector.Length == 0 || ofMatrix.SequenceEqual(ofVector) ? ofMatrix.Union(ofVector)
            : [$"of matrices {string.Join(", ", ofMatrix)}, of vectors {string.Join(", ", ofVector)}"];
    }

    static string[] Keys(IGradientRule rule, int[] shape) => rule.Refuses(shape) is null ? [.. rule.SlotsOf(shape).Select(s => s.Key)] : [];

    static string State(RuleInfo info)
    {
        if (info.Create(info.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)1.0)) is not IGradientRule rule)
            return "curvature pairs of all parameters together";
        var own = (rule.CountsSteps ? new[] { "step" } : []).Concat(rule.Scalars)
            .Concat(Slots(rule).Except(rule.OptionalSlots.Select(s => s.Key)));
        var keys = string.Join(", ", own.Concat(rule.OptionalSlots.Select(s => $"({s.Key})")));
        var shared = rule.ModelScalars.Count > 0 ? $"{(keys.Length > 0 ? "; " : "")}of a group: {string.Join(", ", rule.ModelScalars)}"
            : "";
        return keys.Length + shared.Length == 0 ? "none" : keys + shared;
    }
}
