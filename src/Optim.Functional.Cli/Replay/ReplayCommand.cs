using System.Text;

namespace Optim.Functional.Cli;

/// <summary><c>optim replay</c>: L-BFGS on the problems of others, and another library's beside it.</summary>
internal static class ReplayCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = ReplayOptions.Parse(args);
        foreach (var suite in Replay.Suites)
        {
            if (terminal.Stop.IsCancellationRequested) return Tool.Interrupted;
            var replays = Tolerances.All.Select(t => Replay.Of(suite, t)).ToArray();
            Sheet[] sheets = [ReplaySheets.Totals(suite, replays), .. replays.Select(ReplaySheets.Cases)];
            if (options.Markdown) Markdown(terminal, suite, sheets);
            else Show(terminal, suite, sheets);
        }
        return Tool.Done;
    }

    static void Show(Terminal terminal, ISuite suite, IEnumerable<Sheet> sheets)
    {
        var text = new StringBuilder();
        Help.Wrap(text, "", $"{suite.Name}: {suite.Citation}", indent: 0);
        terminal.Line(text.ToString());
        var canvas = terminal.Canvas();
        foreach (var sheet in sheets) canvas.Write(sheet.ToTable());
    }

    static void Markdown(Terminal terminal, ISuite suite, IEnumerable<Sheet> sheets)
    {
        terminal.Line($"## {suite.Name}\n\n{suite.Citation}");
        foreach (var sheet in sheets) terminal.Line($"\n{sheet.ToMarkdown().TrimEnd()}");
    }
}
