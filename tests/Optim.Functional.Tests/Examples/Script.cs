using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Examples;

/// <summary>Programs in files, run as a reader would run them.</summary>
static class Script
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The folder of Optim.Functional.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>What an example prints.</summary>
    public static Task<string> Example(string name) => name.EndsWith(".fsx", StringComparison.Ordinal)
        ? Run(null, "fsi", "--nologo", Path.Combine("examples", name)) : CSharp(Path.Combine("examples", name));

    /// <summary>What F# Interactive prints when it is told these lines after it knows the library.</summary>
    public static Task<string> Interactive(string input) => Run(References + input + "\n#quit;;\n", "fsi", "--nologo");

    /// <summary>What F# Interactive prints when it is told these lines after a script.</summary>
    public static Task<string> Interactive(string input, string after) => Run(input + "\n#quit;;\n", "fsi", "--nologo", $"--use:{after}");

    /// <summary>What lines of C# print as a file of their own.</summary>
    public static async Task<string> CSharp(IEnumerable<string> lines)
    {
        var folder = Directory.CreateTempSubdirectory("optim-readme");
        try
        {
            var file = Path.Combine(folder.FullName, "lines.cs");
            await File.WriteAllLinesAsync(file, lines.Prepend($"#:project {Path.Combine(Root, "src", "Optim.Functional", "Optim.Functional.csproj")}"));
            return await CSharp(file);
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>The lines of the README's blocks in a language.</summary>
    public static string[][] Readme(string language) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n"), $"```{language}\n(.*?)\n```", RegexOptions.Singleline)
            .Select(block => block.Groups[1].Value.Split('\n'))];

    static readonly string References =
        $"#I @\"{Path.Combine(Root, "src", "Optim.Functional.FSharp", "bin", "Release", "net10.0")}\"\n#r \"MathNet.Numerics.dll\"\n#r \"Optim.Functional.dll\"\n#r \"Optim.Functional.FSharp.dll\"\n;;\n";

    static Task<string> CSharp(string file) => Run(null, "run", "-c", "Release", file);

    static async Task<string> Run(string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) { process.Kill(entireProcessTree: true); throw; }
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(" ", arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        Assert.DoesNotMatch("(warning|info) FS[0-9]+", await output + await errors);
        return (await output).ReplaceLineEndings("\n");
    }

    static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Optim.Functional.sln")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above the tests holds Optim.Functional.sln."));
}
