using System.Text;

namespace Optim.Functional.Cli;

/// <summary><c>optim replay</c>: L-BFGS on the problems of others, and another library's minimizers beside it.</summary>
internal static class ReplayCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var (suite, markdown) = ReplayOptions.Parse(args);
        if (terminal.Stop.IsCancellationRequested) return Tool.Interrupted;
        var replays = Tolerances.All.Select(t => Replay.Of(suite, t)).ToArray();
        Sheet[] sheets = [ReplaySheets.Totals(suite, replays), .. replays.Select(ReplaySheets.Cases)];
        if (markdown) terminal.Line($"## {suite.Name}\n\n{suite.Citation}");
        else terminal.Line(Wrapped($"{suite.Name}: {suite.Citation}"));
        Sheet.Show(terminal, sheets, markdown);
        return Tool.Done;
    }

    static string Wrapped(string words)
    {
        var text = new StringBuilder();
        Help.Wrap(text, "", words, indent: 0);
        return text.ToString();
    }
}
