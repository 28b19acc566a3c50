namespace Optim.Functional.Cli;

/// <summary><c>optim schedule</c>: what a schedule makes of the learning rate, as a table and a picture.</summary>
internal static class ScheduleCommand
{
    const int Rows = 10;

    public static int Run(string[] args, Terminal terminal)
    {
        var options = ScheduleOptions.Parse(args);
        var place = options.Picture is { } chosen ? Pictures.Place("png", chosen, options.Overwrite)
            : Pictures.Places(null, options.Overwrite, "schedule")[0];
        var rates = options.Schedule.Values(options.Steps + 1, options.Lr);
        var each = Math.Max(1, options.Steps / Rows);
        var momenta = Momenta(options);
        Sheet.Show(
            terminal,
            [
                new(
                    options.Text,
                    [new("step", IsNumber: true), new("lr", IsNumber: true), .. momenta is null ? Array.Empty<Column>() : [new("momentum", IsNumber: true)]],
                    [.. Enumerable.Range(0, options.Steps + 1).Where(t => t % each == 0).Select(t =>
                        (string[])[$"{t}", Text(rates[t]), .. momenta is null ? Array.Empty<string>() : [Text(momenta[t])]])]),
            ],
            markdown: false);
        AtomicFile.Write(place, options.Schedule.Plot(options.Steps, lr: options.Lr, title: options.Text));
        terminal.Line($"picture: {place}");
        return Tool.Done;
    }

    static string Text(double x) => x.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);

    static double[]? Momenta(ScheduleOptions options) => options.Schedule is not IMomentumSchedule moving || moving.MomentumAt(0) is null ? null
        : [.. Enumerable.Range(0, options.Steps + 1).Select(t => moving.MomentumAt(t) ?? double.NaN)];
}
