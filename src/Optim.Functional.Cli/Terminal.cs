using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>Where a command writes, and how it hears that it should stop.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">The one line of a failure.</param>
/// <param name="Interactive">Whether <paramref name="Out"/> is a terminal, so that lines may be drawn over.</param>
/// <param name="Stop">Cancelled by Ctrl-C.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Interactive, CancellationToken Stop)
{
    // What is written to a file or a pipe has this width on every machine.
    const int PlainWidth = 100;

    public static Terminal Standard(CancellationToken stop) => new(Console.Out, Console.Error, !Console.IsOutputRedirected, stop);

    public IAnsiConsole Canvas()
    {
        var canvas = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = Interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = Interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!Interactive) canvas.Profile.Width = PlainWidth;
        return canvas;
    }

    public void Line(string text) => Out.WriteLine(text);
}
