using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace Optim.Functional.Bench.Peers;

/// <summary>Builds and loads the project next door, which brings libtorch; on demand, since that is a large download.</summary>
static class PeerLoader
{
    const string Project = "Optim.Functional.Bench.Peers", Entry = "Optim.Functional.Bench.Peers.Torch";

    /// <summary>libtorch, or why there is none.</summary>
    public static (ITorch? Torch, string Reason) Load()
    {
        try
        {
            if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
                return (null, "it is set up for Linux on x64 only");
            if (Repository.Root is not { } root) return (null, "the repository's folder was not found");
            var project = Path.Combine(root, "bench", Project);
            if (Build(project) is { } fault) return (null, fault);
            var main = Path.Combine(project, "bin", "Release", "net10.0", Project + ".dll");
            var patched = Directory.CreateDirectory(Path.Combine(root, "artifacts", "bench")).FullName;
            var type = new Beside(main).LoadFromAssemblyPath(main).GetType(Entry, throwOnError: true)!;
            return (
                (ITorch)
                    Activator.CreateInstance(
                        type,
                        BindingFlags.DoNotWrapExceptions | BindingFlags.Public | BindingFlags.Instance,
                        null,
                        [patched],
                        null
                    )!,
                "");
        }
        catch (Exception e)
        {
            return (null, Line((e.InnerException ?? e).Message));
        }
    }

    static string? Build(string project)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] words = ["build", project, "-c", "Release", "-nologo", "-v:quiet", $"-p:BenchAssembly={typeof(ITorch).Assembly.Location}"];
        foreach (var word in words) start.ArgumentList.Add(word);
        using var build = Process.Start(start)!;
        var said = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode == 0) return null;
        var error = said.Split('\n').FirstOrDefault(l => l.Contains("error ", StringComparison.Ordinal)) ?? said;
        return "its project does not build: " + Line(error[Math.Max(0, error.IndexOf("error ", StringComparison.Ordinal))..]);
    }

    /// <summary>One line, without this machine's paths and package sources: results are published.</summary>
    static string Line(string text) =>
        Regex.Replace(Regex.Replace(text.ReplaceLineEndings(" "), @"\[[^\]]*\]", ""), @"(\w+://|/)[^\s']+", "...").Trim();

    /// <summary>The assemblies beside the peer's own; ours and the runtime's stay the ones that are loaded.</summary>
    sealed class Beside(string main) : AssemblyLoadContext("peers")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            var path = Path.Combine(Path.GetDirectoryName(main)!, name.Name + ".dll");
            return name.Name != typeof(ITorch).Assembly.GetName().Name && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
