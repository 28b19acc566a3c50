using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>Shows how far a long piece of work is: a bar on a terminal, lines elsewhere.</summary>
internal static class Watching
{
    const int MostLines = 20;

    /// <param name="work">Is handed what it calls after each of the <paramref name="total"/> parts,
    /// with their number so far and a word on them.</param>
    public static void Run(Terminal terminal, string title, int total, Action<Action<int, string>> work)
    {
        if (terminal.Interactive) Bar(terminal.Canvas(), title, total, work);
        else Lines(terminal, title, total, work);
    }

    static void Bar(IAnsiConsole canvas, string title, int total, Action<Action<int, string>> work) => canvas.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn())
        .Start(context =>
        {
            var bar = context.AddTask(Markup.Escape(title), maxValue: total);
            work((done, word) =>
            {
                bar.Value = done;
                bar.Description = Markup.Escape($"{title}: {word}");
            });
        });

    static void Lines(Terminal terminal, string title, int total, Action<Action<int, string>> work)
    {
        var each = (total + MostLines - 1) / MostLines;
        work((done, word) =>
        {
            if (done % each == 0 || done == total) terminal.Line($"{title} {done}/{total}: {word}");
        });
    }
}
