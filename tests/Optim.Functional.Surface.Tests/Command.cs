using System.Diagnostics;

namespace Optim.Functional.Surface.Tests;

/// <summary>Programs that are run as a user would run them.</summary>
static class Command
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>The folder of Optim.Functional.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>What a program prints.</summary>
    public static Task<string> Run(string program, params string[] arguments) => Start(null, program, arguments);

    /// <summary>What F# Interactive prints when it is told these lines after it knows the library.</summary>
    public static Task<string> Interactive(string lines) => Start(References + lines + "\n#quit;;\n", "dotnet", ["fsi", "--nologo"]);

    static readonly string References = string.Join("\n",
        $"#I @\"{Path.Combine(Root, "src", "Optim.Functional.FSharp", "bin", "Release", "net10.0")}\"",
        "#r \"MathNet.Numerics.dll\"", "#r \"Optim.Functional.dll\"", "#r \"Optim.Functional.FSharp.dll\"", "open Optim.Functional;;\n");

    static async Task<string> Start(string? input, string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
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
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(" ", arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return (await output).ReplaceLineEndings("\n");
    }

    static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Optim.Functional.sln")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above the tests holds Optim.Functional.sln."));
}
