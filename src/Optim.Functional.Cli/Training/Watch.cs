using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary>Shows a run as it goes: how far it is, and what its last step has done with each parameter; lines where there is no
/// terminal.</summary>
internal sealed class Watch(Terminal terminal, Training training)
{
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    static readonly Column[] columns =
    [
        new("parameter"), new("lr", IsNumber: true), new("‖g‖", IsNumber: true), new("‖Δθ‖", IsNumber: true),
        new("‖θ‖", IsNumber: true), new("ratio", IsNumber: true), new("zeros", IsNumber: true), new("not finite", IsNumber: true),
        new("largest at", IsNumber: true),
    ];

    /// <param name="total">Epochs.</param>
    /// <param name="work">Is handed what it calls after each of them.</param>
    public void Run(int total, Action<Action<int, string>> work)
    {
        training.Report();
        if (!terminal.Interactive) Lines(total, work);
        else terminal.Canvas().Live(Table($"epoch {training.Epoch}/{total}")).Start(live => Draw(live, total, work));
    }

    void Draw(LiveDisplayContext live, int total, Action<Action<int, string>> work)
    {
        var (title, last) = ($"epoch {training.Epoch}/{total}", 0L);
        training.Stepped = () =>
        {
            if (Stopwatch.GetElapsedTime(last) < Often) return;
            live.UpdateTarget(Table(title));
            last = Stopwatch.GetTimestamp();
        };
        work((done, word) => live.UpdateTarget(Table(title = $"epoch {done}/{total}: {word}")));
    }

    void Lines(int total, Action<Action<int, string>> work) => work((done, word) =>
    {
        terminal.Line($"epoch {done}/{total}: {word}");
        foreach (var (parameter, report) in training.Reports) terminal.Line($"  {parameter.Name}: {report}");
        if (training.Reports.Count == 0) terminal.Line($"  {training.Settings.Optimizer} makes several steps in one, and no report");
    });

    Table Table(string title) => new Sheet(title, columns, [.. training.Reports.Select(r => Row(r.Parameter, r.Report))]).ToTable();

    static string[] Row(Parameter parameter, ParameterReport r) =>
    [
        $"{parameter.Name}", Text(r.Lr), Text(r.GradientNorm), Text(r.UpdateNorm), Text(r.ParameterNorm), Text(r.Ratio),
        Numbers.Share(r.ShareOfZeros), $"{r.NonFinite}", $"{r.LargestAt}",
    ];

    static string Text(double x) => x.ToString("G3", CultureInfo.InvariantCulture);
}
