namespace Optim.Functional.Cli;

/// <summary>Picks the command, and turns every end into an exit code and every failure into a line on stderr.</summary>
internal static class Tool
{
    public const int Done = 0, Failed = 1, Broken = 1, Misused = 2, Interrupted = 130;

    static readonly string[] Commands =
        ["train", "race", "rules", "show", "schedule", "verify", "replay", "doctor", "inspect", "convert", "diff"];

    public static int Run(string[] args, Terminal terminal)
    {
        try
        {
            return args switch
            {
                [] or ["--help" or "-h" or "help"] => Show(Help.Overview()),
                ["--version"] => Show($"optim {Version}"),
                ["help", var name, ..] => Show(HelpOn(name)),
                [var name, ..] when args.Any(a => a is "--help" or "-h") => Show(HelpOn(name)),
                ["train", .. var rest] => TrainCommand.Run(rest, terminal),
                ["race", .. var rest] => RaceCommand.Run(rest, terminal),
                ["rules", .. var rest] => RulesCommand.Run(rest, terminal),
                ["show", .. var rest] => ShowCommand.Run(rest, terminal),
                ["schedule", .. var rest] => ScheduleCommand.Run(rest, terminal),
                ["verify", .. var rest] => VerifyCommand.Run(rest, terminal),
                ["replay", .. var rest] => ReplayCommand.Run(rest, terminal),
                ["doctor", .. var rest] => DoctorCommand.Run(rest, terminal),
                ["inspect", .. var rest] => InspectCommand.Run(rest, terminal),
                ["convert", .. var rest] => ConvertCommand.Run(rest, terminal),
                ["diff", .. var rest] => DiffCommand.Run(rest, terminal),
                [var name, ..] => throw Misuse.UnknownCommand(name, Commands),
            };
        }
        catch (Misuse e)
        {
            terminal.Error.WriteLine($"optim: {e.Message}");
            return Misused;
        }
        catch (IOException e)
        {
            // Files say their own path; what is left is the output.
            terminal.Error.WriteLine($"optim: {Misuse.OutputLost(e).Message}");
            return Misused;
        }
        catch (Exception e)
        {
            terminal.Error.WriteLine($"optim: internal failure, which is a defect of this tool: {e}");
            return Failed;
        }

        int Show(string text)
        {
            terminal.Out.WriteLine(text);
            return Done;
        }
    }

    static string HelpOn(string command) => command switch
    {
        "train" => Help.Train(),
        "race" => Help.Race(),
        "rules" => Help.Rules(),
        "show" => Help.Show(),
        "schedule" => Help.Schedule(),
        "verify" => Help.Verify(),
        "replay" => Help.Replay(),
        "doctor" => Help.Doctor(),
        "inspect" => FileHelp.Inspect(),
        "convert" => FileHelp.Convert(),
        "diff" => FileHelp.Diff(),
        _ => throw Misuse.UnknownCommand(command, Commands),
    };

    static string Version => typeof(Tool).Assembly.GetName().Version!.ToString(3);
}
