using Spectre.Console;

namespace Optim.Functional.Cli;

/// <summary><c>optim train</c>: trains the network on the digits and shows how it went.</summary>
internal static class TrainCommand
{
    const int MostRows = 25;

    public static int Run(string[] args, Terminal terminal)
    {
        var arguments = Arguments.Parse("train", TrainOptions.All, args);
        return arguments.Switch("distributed")
            ? Processes.Run(terminal, (own, world) => world.IsFirst ? Run(arguments, own, world) : Follow(arguments, own, world))
            : Run(arguments, terminal, null);
    }

    /// <summary>Trains with the process that prints and writes files.</summary>
    static int Follow(Arguments arguments, Terminal terminal, World world)
    {
        var training = TrainOptions.Start(arguments, world);
        while (training.Epoch < training.Settings.Epochs && !training.Stops(terminal.Stop))
        {
            training.RunEpoch();
            if (arguments["save"] is not null) training.Save();
        }
        return training.Epoch < training.Settings.Epochs ? Tool.Interrupted : Tool.Done;
    }

    static int Run(Arguments arguments, Terminal terminal, World? world)
    {
        var training = TrainOptions.Start(arguments, world);
        var overwrite = arguments.Switch("overwrite");
        var save = arguments["save"];
        if (save is not null) Prepare(save, arguments["resume"], overwrite);
        var picture = arguments["plot"] is { } plot
            ? Pictures.Place("plot", plot, overwrite)
            : Pictures.Places(arguments["out"], overwrite, "train")[0];

        var traced = arguments["trace"] is { } place ? TraceFile.At(place, overwrite) : null;
        using var trace = traced is null ? null : training.Trace();

        var (settings, from) = (training.Settings, training.Epoch);
        terminal.Line($"{settings}; 64-64-10 network, {Digits.TrainCount} digits to train on, {training.TestCount} to test on"
            + (from > 0 ? $"; resumed after epoch {from}" : ""));
        Action<Action<int, string>> work = report =>
        {
            while (training.Epoch < settings.Epochs && !training.Stops(terminal.Stop))
            {
                var result = training.RunEpoch();
                if (save is not null) training.Save()!.Write(save);
                report(result.Epoch, result.Summary);
            }
        };
        if (arguments.Switch("watch")) new Watch(terminal, training).Run(settings.Epochs, work);
        else Watching.Run(terminal, "epoch", settings.Epochs, work);

        terminal.Canvas().Write(Table(training.History));
        AtomicFile.Write(picture, TrainPlot.Png(settings, training.History));
        terminal.Line($"curves: {picture}");
        if (traced?.Write(trace!, $"{settings}") == true) terminal.Line($"trace:  {traced.Path}");
        if (save is not null && training.Epoch > from) terminal.Line($"saved:  {save}");
        return End(training, save, terminal);
    }

    /// <summary>Of the saved runs only the one that goes on is written over.</summary>
    static void Prepare(string save, string? resumed, bool overwrite)
    {
        AtomicFile.Prepare(save);
        var isResumed = resumed is not null && Path.GetFullPath(save) == Path.GetFullPath(resumed);
        if (!overwrite && !isResumed && File.Exists(save))
            throw Misuse.IsThere("save", save, $"Name another file, go on with it by --resume {save}");
    }

    static int End(Training training, string? save, Terminal terminal)
    {
        var (last, epochs) = (training.History[^1], training.Settings.Epochs);
        if (training.Epoch < epochs)
        {
            terminal.Line($"stopped after epoch {training.Epoch} of {epochs}. " + (save is null
                ? "Nothing is saved, as there was no --save FILE."
                : $"To go on: optim train --resume {save} --save {save}"));
            return Tool.Interrupted;
        }
        terminal.Line(
            double.IsFinite(last.Loss)
                ? $"after epoch {last.Epoch}: {last.Summary}"
                : $"{Numbers.Diverged} at epoch {training.History.First(r => !double.IsFinite(r.Loss)).Epoch}: the loss is not finite. "
                + "Try a smaller --lr.");
        return Tool.Done;
    }

    static Table Table(IReadOnlyList<EpochResult> history)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("epoch", c => c.RightAligned())
            .AddColumn("training loss", c => c.RightAligned())
            .AddColumn("test accuracy", c => c.RightAligned());
        var each = (history.Count + MostRows - 2) / MostRows;
        foreach (var r in history.Where(r => r.Epoch % Math.Max(1, each) == 0 || r == history[^1]))
            table.AddRow(r.Epoch.ToString(), Numbers.Loss(r.Loss), Numbers.Share(r.Accuracy));
        return table;
    }
}
