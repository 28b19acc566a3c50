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
        double[] two => $"({string.Join(", ", two.Select(x => Value(x)))})",
        double x => x.ToString(x != 0 && Math.Abs(x) is < 1e-2 or >= 1e4 ? "0e0" : "0.####", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    static string State(RuleInfo info)
    {
        if (info.Create(info.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)1.0)) is not IElementwiseRule rule)
            return "curvature pairs of all parameters together";
        var always = (rule.CountsSteps ? new[] { "step" } : []).Concat(rule.Scalars).Concat(rule.Slots.Select(s => s.Key));
        var keys = string.Join(", ", always.Concat(rule.OptionalSlots.Select(s => $"({s.Key})")));
        return keys.Length == 0 ? "none" : keys;
    }
}
