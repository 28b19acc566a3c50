using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>The checkout that this program is of.</summary>
static class Repository
{
    /// <summary>The folder of the solution, or null.</summary>
    public static string? Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The commit, and whether something has been changed since.</summary>
    public static string Commit => Git("rev-parse", "--short=12", "HEAD") is { } commit
        ? commit + (Git("status", "--porcelain") is "" ? "" : " and changes not committed")
        : "not known";

    static string? Find(string? folder) =>
        folder is null || File.Exists(Path.Combine(folder, "Optim.Functional.sln")) ? folder : Find(Path.GetDirectoryName(folder));

    static string? Git(params string[] words)
    {
        try
        {
            var start = new ProcessStartInfo("git", words)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Root ?? "",
            };
            using var git = Process.Start(start)!;
            var said = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? said : null;
        }
        catch (System.ComponentModel.Win32Exception) { return null; }
    }
}
