using Spectre.Console;

namespace FashionMnist;

/// <summary>Shows how far the training is: a bar on a terminal, lines elsewhere.</summary>
static class Bar
{
    const int Lines = 10;

    /// <param name="title">What is done.</param>
    /// <param name="total">Parts of it.</param>
    /// <param name="work">Is handed what it calls after each part, with their number so far and a word on it.</param>
    public static void Run(string title, int total, Action<Action<int, string>> work)
    {
        if (Console.IsOutputRedirected)
            work((done, word) =>
            {
                if (done % Math.Max(1, total / Lines) == 0) Console.WriteLine($"{title}: {done}/{total}, {word}");
            });
        else
            AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context =>
                {
                    var bar = context.AddTask(Markup.Escape(title), maxValue: total);
                    work((done, word) => (bar.Value, bar.Description) = (done, Markup.Escape($"{title}, {word}")));
                });
    }
}
