using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>The laws and the rules as tables, side by side as many rules as the terminal is wide.</summary>
internal static class VerifyTables
{
    const int Padding = 3, Least = 6;

    public static IEnumerable<Table> Of(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings, int width)
    {
        var laws = findings.GroupBy(f => f.Law.Name).ToArray();
        var room = width - laws.Select(law => law.Key.Length + Padding).DefaultIfEmpty().Max();
        for (var from = 0; from < rules.Count && findings.Any(f => f.Excluded is null);)
        {
            var count = 1;
            while (from + count < rules.Count && rules.Skip(from).Take(count + 1).Sum(Width) <= room) count++;
            yield return Part([.. rules.Skip(from).Take(count)], laws);
            from += count;
        }
    }

    static Table Part(Found[] rules, IGrouping<string, Finding>[] laws)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("law", c => c.NoWrap());
        foreach (var rule in rules) table.AddColumn(Markup.Escape(rule.Name), c => c.NoWrap());
        // A law about none of these rules is named below only.
        foreach (var law in laws.Where(law => law.Any(f => f.Excluded is null && rules.Contains(f.Rule))))
            table.AddRow([Markup.Escape(law.Key), .. rules.Select(rule => Cell(law.FirstOrDefault(f => f.Rule == rule)))]);
        return table;
    }

    static string Cell(Finding? finding) =>
        finding is null ? ""
        : finding.Excluded is not null ? "-"
        : finding.Verdict is null ? "[red]ERROR[/]"
        : finding.Fails ? "[red]BROKEN[/]"
        : "[green]ok[/]";

    static int Width(Found rule) => Math.Max(Least, rule.Name.Length) + Padding;
}
