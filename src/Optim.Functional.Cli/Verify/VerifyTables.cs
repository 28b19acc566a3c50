using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>The laws and the rules as tables, side by side as many rules as the terminal is wide.</summary>
internal static class VerifyTables
{
    const int Padding = 3, Least = 6;

    public static IEnumerable<Table> Of(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings, int width)
    {
        // A law that speaks of none of the rules is named below the table only.
        var laws = findings.GroupBy(f => f.Law.Name).Where(law => law.Any(f => f.Excluded is null)).ToArray();
        var room = width - laws.Select(law => law.Key.Length + Padding).DefaultIfEmpty().Max();
        for (var from = 0; from < rules.Count && laws.Length > 0;)
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
        foreach (var law in laws)
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
