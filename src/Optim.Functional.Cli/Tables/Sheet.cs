using System.Text;
using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>A table, to be shown on a terminal or written as markdown.</summary>
internal sealed record Sheet(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public static void Show(Terminal terminal, IEnumerable<Sheet> sheets, bool markdown)
    {
        var canvas = terminal.Canvas();
        foreach (var sheet in sheets)
            if (markdown) terminal.Line($"\n{sheet.ToMarkdown().TrimEnd()}");
            else canvas.Write(sheet.ToTable());
    }

    public Table ToTable()
    {
        var table = new Table().Title(Markup.Escape(Title)).Border(TableBorder.Simple);
        table.ShowHeaders = Columns.Any(c => c.Title.Length > 0);
        foreach (var column in Columns) table.AddColumn(column.ToTable());
        foreach (var row in Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        return table;
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder($"### {Title}\n\n");
        Line(Columns.Select(c => c.Title));
        Line(Columns.Select(c => c.IsNumber ? "---:" : "---"));
        foreach (var row in Rows) Line(row);
        return text.ToString();

        void Line(IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
    }
}

/// <summary>A column of a table.</summary>
/// <param name="IsNumber">Whether it is flush right.</param>
/// <param name="Wraps">Whether its cells may take several lines on a terminal.</param>
internal sealed record Column(string Title, bool IsNumber = false, bool Wraps = false)
{
    public TableColumn ToTable() => new(Markup.Escape(Title)) { Alignment = IsNumber ? Justify.Right : Justify.Left, NoWrap = !Wraps };
}
