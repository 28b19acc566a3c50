using System.Globalization;

namespace Optim.Functional.Tests;

public class ReadmeTests
{
    const string Begin = "<!-- table of the optimizers: from the registry -->\n", End = "<!-- end of the table -->";

    [Fact]
    public void The_table_of_the_optimizers_is_the_registrys() => Derived.Check("README.md", text =>
    {
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(from, Begin.Length, to);
        return text[..from] + Table() + text[to..];
    });

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
