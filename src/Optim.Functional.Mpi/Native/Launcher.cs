using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Optim.Functional;

/// <summary>Who has started this process as one of several, as its environment says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">How many processes it has started; null where it does not say.</param>
/// <param name="Libraries">Files that the library it belongs to may have, the likeliest first.</param>
sealed partial record Launcher(string Name, int? Size, string[] Libraries)
{
    static readonly string[] openMpi = ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib", "libmpi.dylib"];
    static readonly string[] mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.12.dylib", "libmpich.dylib"];

    /// <summary>Where it is not said.</summary>
    public static string[] Any { get; } = [.. openMpi, .. mpich, "libmpi.so"];

    /// <summary>What is to be known of a library that it has started: that its version is another; null where it is not, or is not
    /// known.</summary>
    /// <param name="library">The library's name and version.</param>
    /// <param name="launcher">What the launcher says of itself.</param>
    public string? Note(string library, string? launcher)
    {
        var (own, its) = (Number().Match(library).Value, Number().Match(launcher ?? "").Value);
        return own.Length == 0 || its.Length == 0 || own == its ? null : MpiFault.OtherVersion(library, launcher!);
    }

    [GeneratedRegex("[0-9]+[.][0-9]+([.][0-9]+)?")]
    private static partial Regex Number();

    /// <summary>What the launcher says of its version, if it is this process's parent; or null.</summary>
    public static string? Version()
    {
        try
        {
            // "14 (name) S 9 ...": the parent is the second word after the name, which may have spaces.
            var words = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ');
            var parent = new FileInfo($"/proc/{words[2]}/exe").LinkTarget;
            var isLauncher = Path.GetFileName(parent) is "orterun" or "prterun" || parent?.Contains("mpirun") == true;
            return isLauncher ? Version(parent!) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a launcher says of its version: its first words that have a number, such as "mpirun (Open MPI) 4.1.4"; or
    /// null.</summary>
    public static string? Version(string launcher)
    {
        try
        {
            using var asked = Process.Start(
                new ProcessStartInfo(launcher, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var lines = asked.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
            if (lines.FirstOrDefault(line => Number().IsMatch(line)) is not { } line) return null;
            return lines[0] == line ? line : $"{lines[0].Split(' ')[0]} {Number().Match(line).Value}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>That of this process; null where it was started by itself.</summary>
    public static Launcher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } open) return new("Open MPI's mpirun", open, [.. openMpi, "libmpi.so"]);
        if (Number("PMI_SIZE") is { } pmi) return new("MPICH's mpiexec", pmi, [.. mpich, "libmpi.so"]);
        if (variable("PMIX_RANK") is not null) return new("a launcher with PMIx", Number("SLURM_NTASKS"), Any);
        return null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null;
    }
}
