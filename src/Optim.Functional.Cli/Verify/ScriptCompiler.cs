using System.ComponentModel;
using System.Diagnostics;

namespace Optim.Functional.Cli;

/// <summary>Makes an F# script a library, by the compiler of the .NET SDK.</summary>
internal static class ScriptCompiler
{
    /// <returns>The library, and the files that it refers to.</returns>
    public static (byte[] Library, string[] Files) Compile(string path, string full, Terminal terminal)
    {
        terminal.Line($"compiling {path}");
        var folder = Directory.CreateTempSubdirectory("optim-");
        try
        {
            string At(string name) => Path.Combine(folder.FullName, name);
            var compiler = At("compile.fsx");
            using (var source = typeof(ScriptCompiler).Assembly.GetManifestResourceStream("compile.fsx")!)
            using (var file = File.Create(compiler)) source.CopyTo(file);

            var (library, files, errors) = (At("rules.dll"), At("files.txt"), At("errors.txt"));
            var said = Run(path, folder.FullName, terminal.Stop, "fsi", "--nologo", "--quiet", compiler, full, library, files, errors);
            terminal.Stop.ThrowIfCancellationRequested();
            if (!File.Exists(errors)) throw Misuse.NoCompiler(path, said);
            if (File.ReadAllText(errors).TrimEnd() is { Length: > 0 } mistakes)
            {
                terminal.Error.WriteLine(mistakes);
                throw Misuse.NotCompiled(path);
            }
            return (File.ReadAllBytes(library), File.ReadAllLines(files));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The folder is where the compiler leaves what it fetches.
    static string Run(string path, string folder, CancellationToken stop, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var end = stop.Register(() => process.Kill(entireProcessTree: true));
            var (output, error) = (
                process.StandardOutput.ReadToEndAsync(CancellationToken.None),
                process.StandardError.ReadToEndAsync(CancellationToken.None));
            process.WaitForExit();
            return $"{error.Result} {output.Result}".Trim();
        }
        catch (Win32Exception e)
        {
            throw Misuse.NoCompiler(path, e.Message, e);
        }
    }
}
