namespace Optim.Functional.Cli;

/// <summary>A mistake the user can mend: its message is one line that says what, got and wanted. Every such message stands here.</summary>
internal sealed class Misuse(string message, Exception? cause = null) : Exception(OneLine(message), cause)
{
    public static Misuse UnknownCommand(string got, IReadOnlyList<string> commands) =>
        new($"'{got}' is not a command{Nearest.Hint(got, commands)}. Commands: {string.Join(", ", commands)}; optim --help shows them.");

    public static Misuse UnknownOption(string command, string got, IReadOnlyList<string> options) =>
        new($"{command}: '--{got}' is not an option{Nearest.Hint(got, options, "--")}. optim {command} --help lists all.");

    public static Misuse Stray(string command, string got) =>
        new($"{command}: '{got}' belongs to no option. Options are written --name value; optim {command} --help lists all.");

    public static Misuse Twice(string command, string name) => new($"{command}: --{name} is given twice. Give it once.");

    public static Misuse NoValue(string command, string name, string wanted) =>
        new($"{command}: --{name} has no value, wanted {wanted}.");

    public static Misuse BadValue(string name, string got, string wanted) => new($"--{name}: got '{got}', wanted {wanted}.");

    public static Misuse NoSchedule(int got) =>
        new($"schedule: got {got} texts, wanted one schedule in quotes, for example optim schedule \"Cosine(1000) after Linear(100)\".");

    public static Misuse NoOptimizer(int got) =>
        new($"show: got {got} names, wanted that of one optimizer, for example optim show AdamW --weight_decay 0.1.");

    public static Misuse UnknownSchedule(string got, IReadOnlyList<string> names) =>
        new($"'{got}' is not a schedule{Nearest.Hint(got, names)}. Schedules: {string.Join(", ", names)}.");

    public static Misuse ScheduleSyntax(string text, int at, string wanted) =>
        new($"'{text}': wanted {wanted} {(at < text.Length ? $"at '{text[at..]}'" : "at the end")}. optim schedule --help shows how a schedule is written.");

    public static Misuse ScheduleOptions(string name, string signature) => new($"a schedule {name} is written {name}({signature}).");

    public static Misuse NoLength(string name) => new($"how long {name} goes on before the next schedule is not said: write 'after 100 of {name}(...)'.");

    public static Misuse BadSchedule(string text, Exception cause) => new($"'{text}': {cause.Message}", cause);

    public static Misuse NoEntrant(string why) => new($"nobody is left in the race: {why}.");

    public static Misuse UnknownOptimizer(string got, IReadOnlyList<string> names) =>
        new($"--optimizer: '{got}' is not an optimizer{Nearest.AlgorithmHint(got, names)}. Optimizers: {string.Join(", ", names)}.");

    public static Misuse NotItsOption(string optimizer, string got, IReadOnlyList<string> options) =>
        new(
            $"--{got} is not an option of {optimizer}{Nearest.Hint(got, options, "--")}. "
            + $"{optimizer} takes {string.Join(", ", options.Select(o => "--" + o))}.");

    public static Misuse MissingOption(string optimizer, string name) =>
        new($"{optimizer} has no default for --{name}. Give one, for example --{name} 0.1.");

    public static Misuse NotOnDigits(string why) => new($"--optimizer: {why}. Choose another one.");

    public static Misuse OtherProcesses(string path, int was, int now) =>
        new($"'{path}' is a run of {was} process{(was == 1 ? "" : "es")}, and this is one of {now}. "
            + (was == 1 ? "Resume it without --distributed." : $"Resume it by mpirun -n {was} optim train --distributed."));

    public static Misuse RefusedOptions(Exception cause) => new(cause.Message, cause);

    public static Misuse Unreadable(string path, Exception cause) =>
        new($"cannot read '{path}': {Reason(path, cause)}. Is the path right, and may you read it?", cause);

    public static Misuse Unwritable(string path, Exception cause) =>
        new(
            $"cannot write '{path}': {Reason(path, cause)}. Choose another place or free some room; what stood there before is unchanged.",
            cause);

    public static Misuse IsThere(string option, string path, string otherwise) =>
        new($"--{option}: '{path}' is there already. {otherwise}, or give --overwrite to write over it.");

    public static Misuse OutputLost(IOException cause) =>
        new($"cannot write the output: {cause.Message.TrimEnd('.')}. Send it elsewhere or free some room.", cause);

    public static Misuse NotASave(string path, string why, Exception? cause = null) =>
        new($"'{path}' is not a usable save file of optim train: {why} Resume from another file, or start anew without --resume.", cause);

    public static Misuse OtherSetting(string path, string name, string saved, string got) =>
        new($"--{name}: '{path}' was saved with {saved}, got {got}. Leave --{name} out, or start anew without --resume.");

    public static Misuse PastTheEnd(string path, int reached, int epochs) =>
        new($"--epochs: '{path}' has already reached epoch {reached}, got {epochs}. Give a larger --epochs to train further.");

    /// <summary>The message names the file already.</summary>
    public static Misuse BadFile(Exception cause) => new(cause.Message, cause);

    public static Misuse Files(string command, int got, string wanted, string example) =>
        new($"{command}: got {got} files, wanted {wanted}, for example optim {command} {example}.");

    public static Misuse NoFormat(string path) =>
        new($"convert: '{path}' does not say its format, wanted a name that ends in .pt, .pth, .bin, .ckpt, .safetensors, .npz or .json.");

    public static Misuse NoFile() =>
        new(
            "verify: no file is given, wanted a .dll or .fsx with your rules, for example optim verify MyRules.dll. "
            + "optim verify --help says more.");

    public static Misuse ManyFiles(IEnumerable<string> files) =>
        new($"verify: got {string.Join(" and ", files.Select(f => $"'{f}'"))}, wanted one file. Verify them one by one.");

    public static Misuse NotAnAssembly(string path, Exception cause) =>
        new($"'{path}' is not a .NET assembly, wanted a .dll made by dotnet build, or an .fsx{Built(path)}.", cause);

    public static Misuse NoCompiler(string path, string why, Exception? cause = null) =>
        new($"'{path}' is a script, and the F# compiler could not be run: {why} It comes with the .NET SDK; is dotnet on the PATH?", cause);

    public static Misuse NotCompiled(string path) => new($"'{path}' does not compile; what the compiler says stands above.");

    public static Misuse Unfit(string path, string built, string has, Exception cause) =>
        new(
            $"'{path}' does not fit this tool: {cause.Message.TrimEnd('.')}. It was built with {built}, the tool has {has}. "
            + "Build it with that version, or update the tool.",
            cause);

    public static Misuse NoDependency(string path, Exception cause) =>
        new(
            $"'{path}' needs an assembly that is not beside it: {cause.Message.TrimEnd('.')}. "
            + "Give the .dll that dotnet publish makes, which has its packages beside it.",
            cause);

    public static Misuse NoRule(string path, string found) =>
        new(
            $"'{path}' has no rule to verify: {found}. Wanted a public type that implements IElementwiseRule, "
            + "or a public static value of one.");

    public static Misuse NotMade(string path, IReadOnlyList<Unmade> rules) =>
        new($"'{path}' has no rule that can be made. {string.Join(" ", rules)} {Unmade.Remedy}");

    public static Misuse NotMade(Unmade rule) => new($"--rule: {rule} {Unmade.Remedy}");

    public static Misuse UnknownRule(string path, string got, IReadOnlyList<string> names) =>
        new($"--rule: '{path}' has no rule '{got}'{Nearest.AlgorithmHint(got, names)}. Its rules: {string.Join(", ", names)}.");

    public static Misuse UnknownLaw(string got, IReadOnlyList<string> names) =>
        new(
            $"--law: '{got}' is not a law{Nearest.Hint(got, names)}. Laws: {string.Join(", ", names)}; "
            + "optim verify --help says what they are.");

    public static Misuse NothingChecked(IEnumerable<Found> rules) =>
        new(
            $"nothing is checked: none of the laws is about {string.Join(", ", rules.Select(r => r.Name))}. "
            + "Choose another --rule or --law.");

    public static Misuse EndedByFile(string path) =>
        new(
            $"'{path}' ended this program while its own code ran, so nothing is verified. "
            + "Take the exit out of the lines that make its rules.");

    // A project or its source is what is given where its result was meant.
    static string Built(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csproj" or ".fsproj" or ".sln" or ".slnx" or ".cs" or ".fs" => ". Build the project and give the .dll in its bin folder",
        ".exe" => ". The .dll beside it is the assembly",
        _ => "",
    };

    // Messages of the system name the path in full and end in a full stop; the line has both already.
    static string Reason(string path, Exception cause) => cause switch
    {
        DirectoryNotFoundException => "no such folder",
        FileNotFoundException => "no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "it is a folder, wanted a file",
        UnauthorizedAccessException => "permission denied",
        _ => cause.Message.Split(" : ")[0].TrimEnd('.'),
    };

    static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
