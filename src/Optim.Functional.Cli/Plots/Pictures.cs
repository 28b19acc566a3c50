namespace Optim.Functional.Cli;

/// <summary>Where pictures are written: never over one that is there, unless that is asked for.</summary>
internal static class Pictures
{
    /// <summary>The tool's own folder, for pictures whose place nobody chose.</summary>
    public const string Folder = "optim-out";

    public static readonly Option Overwrite = new("overwrite", "", "false", "Write over files that are there already.");

    /// <summary>The chosen place, which must be free and writable.</summary>
    public static string Place(string option, string path, bool overwrite)
    {
        AtomicFile.Prepare(path);
        if (!overwrite && File.Exists(path)) throw Misuse.IsThere(option, path, "Name another place");
        return path;
    }

    /// <summary>Places of pictures that belong together: in the chosen folder, or in the tool's own under the first names that are all
    /// free.</summary>
    public static IReadOnlyList<string> Places(string? folder, bool overwrite, params string[] names)
    {
        string[] places = [];
        for (var number = 1; number == 1 || folder is null && !overwrite && places.Any(File.Exists); number++)
            places = [.. names.Select(name => Path.Combine(folder ?? Folder, number == 1 ? $"{name}.png" : $"{name}-{number}.png"))];
        return [.. places.Select(place => Place("out", place, overwrite))];
    }
}
