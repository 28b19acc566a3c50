namespace Optim.Functional.Cli;

/// <summary><c>optim race</c>: every optimizer from the same start, on the digits and on four surfaces.</summary>
internal static class RaceCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = RaceOptions.Parse(args);
        var pictures = Pictures.Places(options.Folder, options.Overwrite, "race-losses", "race-paths");
        var (losses, paths) = (pictures[0], pictures[1]);

        var entrants = Entrant.Field;
        var digits = new List<DigitsRun>();
        var descents = new List<IReadOnlyList<Descent>>();
        Watching.Run(terminal, "race", entrants.Count, report =>
        {
            foreach (var entrant in entrants.TakeWhile(_ => !terminal.Stop.IsCancellationRequested))
            {
                digits.Add(DigitsRun.Run(entrant, options.Epochs, options.Seed));
                descents.Add([.. Surface.All.Select(f => Descent.Run(entrant, f, options.Steps))]);
                report(digits.Count, entrant.Name);
            }
        });
        if (digits.Count < entrants.Count)
        {
            terminal.Line($"stopped after {digits.Count} of {entrants.Count} optimizers; no pictures are written.");
            return Tool.Interrupted;
        }

        var canvas = terminal.Canvas();
        canvas.Write(RaceTables.Digits(digits, options));
        for (var surface = 0; surface < Surface.All.Count; surface++)
            canvas.Write(RaceTables.Descents(Surface.All[surface], [.. descents.Select(d => d[surface])], options));
        foreach (var (_, why) in Entrant.Absent) terminal.Line($"not in the race: {why}.");
        AtomicFile.Write(losses, RacePlots.Losses(digits, descents));
        AtomicFile.Write(paths, RacePlots.Paths(descents));
        terminal.Line($"loss curves: {losses}");
        terminal.Line($"paths:       {paths}");
        return Tool.Done;
    }
}
