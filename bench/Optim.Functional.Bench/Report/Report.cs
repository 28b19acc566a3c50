using System.Text;
using Optim.Functional.Bench.Rows;

namespace Optim.Functional.Bench;

/// <summary>Prints the lines as they come, and keeps them for the file.</summary>
sealed class Report(TextWriter console)
{
    static readonly int[] Widths = [-46, 14, 14, 14, 8, 13, 7, 8, 0];
    readonly List<(Row Row, List<Line> Lines)> rows = [];

    public void Begin(Row row)
    {
        rows.Add((row, []));
        console.WriteLine($"\n{row.Name}: {row.Question}");
        console.WriteLine(Aligned(Line.Heads));
    }

    public void Add(Line line)
    {
        rows[^1].Lines.Add(line);
        console.WriteLine(Aligned(line.Cells));
    }

    /// <summary>The last line.</summary>
    public string Counts
    {
        get
        {
            int Count(Verdict verdict) => rows.Sum(r => r.Lines.Count(l => l.Verdict == verdict));
            return $"{Count(Verdict.Passed)} passed, {Count(Verdict.Missed)} missed, {Count(Verdict.NotMeasured)} not measured";
        }
    }

    /// <summary>All that was printed, as a page.</summary>
    public string Markdown(string title, IEnumerable<(string Name, string Value)> facts)
    {
        var page = new StringBuilder($"# {title}\n\n| | |\n|---|---|\n");
        foreach (var (name, value) in facts) page.Append($"| {name} | {value} |\n");
        foreach (var (row, lines) in rows)
        {
            page.Append(
                $"\n## {row.Name}: {row.Question}\n\n| {string.Join(" | ", Line.Heads)} "
                + $"|\n|---|{string.Concat(Enumerable.Repeat("---:|", Line.Heads.Length - 2))}---|\n");
            foreach (var line in lines) page.Append($"| {string.Join(" | ", line.Cells)} |\n");
        }
        return page.Append($"\n{Counts}\n").ToString();
    }

    static string Aligned(string[] cells) =>
        string.Join("  ", cells.Zip(Widths, (cell, width) => width < 0 ? cell.PadRight(-width) : cell.PadLeft(width))).TrimEnd();
}
