namespace Optim.Functional.Cli;

/// <summary><c>optim doctor</c>: what this machine has for the library to use.</summary>
internal static class DoctorCommand
{
    public static int Run(string[] args, Terminal terminal) => Run(args, terminal, Surroundings.Process);

    public static int Run(string[] args, Terminal terminal, Surroundings around)
    {
        var options = DoctorOptions.Parse(args);
        if (terminal.Stop.IsCancellationRequested) return Tool.Interrupted;
        var report = Report.Make(around, options.Seconds);
        if (options.Json) terminal.Line(report.ToJson());
        else report.Show(terminal);
        var missing = report.Libraries.Where(l => !l.Found && options.Required.Contains(l.Key)).ToArray();
        foreach (var library in missing)
            terminal.Error.WriteLine($"optim: doctor: {library.Key} is required and not found: {library.Text}.");
        return missing.Length > 0 ? Tool.Broken : Tool.Done;
    }
}
