using System.Runtime.InteropServices;

namespace Optim.Functional.Cli;

/// <summary>What a process is told from outside: environment variables, and files of the system.</summary>
/// <param name="Variable">The value of an environment variable, or null.</param>
internal sealed record Surroundings(Func<string, string?> Variable)
{
    const string Prefix = "OPTIM_DOCTOR_";

    public static Surroundings Process { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The names or paths that a library is looked for under: those that OPTIM_DOCTOR_OPENBLAS and the like say, or else the
    /// usual ones of this system.</summary>
    public string[] Names(string key, string[] linux, string[] mac, string[] windows) =>
        Given(key) is { } given ? given.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        : OperatingSystem.IsWindows() ? windows
        : OperatingSystem.IsMacOS() ? mac
        : linux;

    /// <summary>The one path that such a variable gives, or null.</summary>
    public string? Given(string key) => Variable(Prefix + key.ToUpperInvariant());

    /// <summary>The file that a command of one of these names is, or null.</summary>
    public string? Command(params IEnumerable<string> names) =>
        (from folder in (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         from name in names
         select Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);

    /// <summary>The native files of this system in NuGet's packages whose names begin so, the newest version first.</summary>
    public IEnumerable<string> Packaged(string package, string file)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var packages = Variable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        return from folder in Folders(packages, package + "*")
               from version in Folders(folder, "*").OrderByDescending(Number)
               let path = Path.Combine(version, "runtimes", Platform, "native", file)
               where File.Exists(path)
               select path;

        static Version Number(string folder) =>
            Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new();
    }

    /// <summary>The content of a file of the system, or null.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Platform => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-"
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    static IEnumerable<string> Folders(string path, string pattern)
    {
        try
        {
            return Directory.GetDirectories(path, pattern);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
