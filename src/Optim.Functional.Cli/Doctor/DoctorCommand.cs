namespace Optim.Functional.Cli;

/// <summary><c>optim doctor</c>: what this machine has for the library to use.</summary>
internal static class DoctorCommand
{
    public static int Run(string[] args, Terminal terminal) => Run(args, terminal, Surroundings.Process);

    public static int Run(string[] args, Terminal terminal, Surroundings around)
    {
        var options = DoctorOptions.Parse(args);
        if (terminal.Stop.IsCancellationRequested) return Tool.Interrupted;
        var machine = Machine.Examine(options.Seconds);
        // At once: a library that is loaded next may be anything, and end the process.
        if (!options.Json) Sheet.Show(terminal, [MachineSheet.Of(machine)], markdown: false);
        var report = new Report(machine, [.. Report.Probes.Select(p => p.Examine(around))]);
        if (options.Json) terminal.Line(report.ToJson());
        else report.Show(terminal);
        var missing = report.Libraries.Where(l => !l.Found && options.Required.Contains(l.Key)).ToArray();
        foreach (var library in missing)
            terminal.Error.WriteLine($"optim: doctor: {library.Key} is required and not found: {library.Text}.");
        return missing.Length > 0 ? Tool.Broken : Tool.Done;
    }
}
