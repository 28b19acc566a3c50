namespace Optim.Functional.Cli;

/// <summary><c>optim race</c>: every optimizer from the same start, on the digits and on four surfaces.</summary>
internal static class RaceCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = RaceOptions.Parse(args);
        var pictures = Pictures.Places(options.Folder, options.Overwrite, "race-losses", "race-paths");
        var (losses, paths) = (pictures[0], pictures[1]);

        var entrants = options.Entrants;
        var results = new List<Result>();
        Watching.Run(terminal, "race", entrants.Count, report =>
        {
            foreach (var entrant in entrants.TakeWhile(_ => !terminal.Stop.IsCancellationRequested))
            {
                results.Add(Result.Of(entrant, options));
                report(results.Count, entrant.Name);
            }
        });
        if (results.Count < entrants.Count)
        {
            terminal.Line($"stopped after {results.Count} of {entrants.Count} optimizers; no pictures are written.");
            return Tool.Interrupted;
        }

        var standing = Standing.Of(results);
        Sheet.Show(terminal, RaceTables.All(standing, options), options.Markdown);
        foreach (var (_, why) in Entrant.Absent) terminal.Line($"not in the race: {why}.");
        AtomicFile.Write(losses, RacePlots.Losses(standing));
        AtomicFile.Write(paths, RacePlots.Paths(standing));
        terminal.Line($"loss curves: {losses}");
        terminal.Line($"paths:       {paths}");
        if (results.Count > RacePlots.Most) terminal.Line($"In both the {RacePlots.Most} with the best places have colours, the others are grey; --only picks some.");
        return Tool.Done;
    }
}
