namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim inspect</c>.</summary>
/// <param name="Path">The file, as it was given.</param>
internal sealed record InspectOptions(string Path, bool Json)
{
    public static readonly IReadOnlyList<Option> All = [new("json", "", "", "Print it as JSON.")];

    public static InspectOptions Parse(string[] args)
    {
        var files = new List<string>();
        var given = Arguments.Parse("inspect", All, args, files);
        return new(files.Count == 1 ? files[0] : throw Misuse.Files("inspect", files.Count, "one file", "run.pt"), given.Switch("json"));
    }
}
