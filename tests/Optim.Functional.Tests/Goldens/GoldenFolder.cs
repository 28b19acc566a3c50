using System.IO.Compression;
using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>The golden files: every *.json and *.json.gz of the folders that OPTIM_GOLDENS names (one, or several as in PATH), by default tests/goldens
/// and tests/goldens-beyond of the repository this assembly was built in. What a line is, is told from its properties, not from its
/// folder.</summary>
public static class GoldenFolder
{
    public const string Variable = "OPTIM_GOLDENS";
    /// <summary>Stands in for a case where a folder has none of a kind: a theory needs a row.</summary>
    public const string None = "none in this folder";

    static readonly Lazy<(Golden[] Cases, (string File, Golden? Case, string Fault)[] Faults)> found = new(() => Read([.. Folders]));

    public static IReadOnlyList<string> Folders => FoldersFrom(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The folders that the variable names, a relative one being of the repository; the defaults where it names none.</summary>
    public static IReadOnlyList<string> FoldersFrom(string? named)
    {
        var folders = named is { Length: > 0 } ? named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [Path.Combine("tests", "goldens"), Path.Combine("tests", "goldens-beyond")];
        return [.. folders.Select(OfRepository)];
    }

    static string OfRepository(string folder)
    {
        if (Path.IsPathRooted(folder)) return folder;
        var root = Repository
            ?? throw new DirectoryNotFoundException(
                $"No folder above {AppContext.BaseDirectory} holds tests/goldens. Name a folder of goldens in {Variable}.");
        return Path.Combine(root, folder);
    }

    /// <summary>The nearest folder above this assembly that holds tests/goldens, or null.</summary>
    public static string? Repository
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (Directory.Exists(Path.Combine(at.FullName, "tests", "goldens"))) return at.FullName;
            return null;
        }
    }

    public static IReadOnlyList<Golden> Cases => found.Value.Cases;

    public static Golden Find(string at) => Cases.Single(c => c.At == at);

    /// <summary>One row of a theory for each case that is to be run and that <paramref name="wanted"/> picks.
    /// Cases with faults fail in a test of their own.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows(Kind kind, Func<Golden, bool>? wanted = null) => Cases
        .Where(c => c.Kind == kind && c.LeftOut is null && (wanted?.Invoke(c) ?? true)).Except(found.Value.Faults.Select(f => f.Case))
        .Select(c => c!.At).DefaultIfEmpty(None).Select(at => new TheoryDataRow<string>(at));

    /// <summary>The files' names.</summary>
    public static IEnumerable<string> Files => Folders.SelectMany(FilesOf).Select(f => Path.GetFileName(f));

    public static IEnumerable<string> FaultsOf(string file) => found.Value.Faults.Where(f => f.File == file).Select(f => f.Fault);

    /// <summary>How many cases have something that no test handles.</summary>
    public static int Faulty => found.Value.Faults.Select(f => f.Case).OfType<Golden>().Where(c => c.LeftOut is null).Distinct().Count();

    /// <summary>The cases of some folders, and everything in them that no test here would look at.</summary>
    public static (Golden[] Cases, (string File, Golden? Case, string Fault)[] Faults) Read(params string[] folders)
    {
        var read = Array.ConvertAll(folders, ReadOne);
        return ([.. read.SelectMany(r => r.Cases)], [.. read.SelectMany(r => r.Faults)]);
    }

    static (Golden[] Cases, (string File, Golden? Case, string Fault)[] Faults) ReadOne(string folder)
    {
        if (!Directory.Exists(folder)) return ([], [("", null, $"There is no folder {folder}.")]);
        var (cases, faults) = (new List<Golden>(), new List<(string, Golden?, string)>());
        foreach (var path in FilesOf(folder))
        {
            var file = Path.GetFileName(path);
            try
            {
                var lines = Open(path);
                var name = file[..file.IndexOf(".json", StringComparison.Ordinal)];
                var own = lines.EnumerateArray().Select((line, i) => new Golden(name, Schema.NameOf(line, i), line)).ToArray();
                foreach (var c in own) faults.AddRange(Schema.Faults(c).Select(f => (file, (Golden?)c, $"{c.At}: {f}")));
                faults.AddRange(
                    own.GroupBy(c => c.At)
                        .Where(g => g.Count() > 1)
                        .Select(g => (file, (Golden?)g.First(), $"{g.Key} stands {g.Count()} times.")));
                cases.AddRange(own);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or InvalidDataException)
            {
                faults.Add((file, null, $"not an array of cases: {e.Message}"));
            }
        }
        if (cases.Count == 0 && faults.Count == 0) faults.Add(("", null, $"{folder} holds no *.json and no *.json.gz."));
        return ([.. cases], [.. faults]);
    }

    /// <summary>What a file holds.</summary>
    internal static JsonElement Open(string path)
    {
        using var file = File.OpenRead(path);
        using var read = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        return JsonDocument.Parse(read).RootElement;
    }

    static IEnumerable<string> FilesOf(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder)
        .Where(f => f.EndsWith(".json", StringComparison.Ordinal) || f.EndsWith(".json.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
