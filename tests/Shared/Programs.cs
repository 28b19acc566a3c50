using System.Diagnostics;

namespace Optim.Functional.Tests;

/// <summary>Programs that are run as a user would run them, in the folder of the solution.</summary>
static class Programs
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>What F# Interactive is told so that it knows the library.</summary>
    public static readonly string References = string.Join("\n",
        $"#I @\"{Path.Combine(Repository.Root, "src", "Optim.Functional.FSharp", "bin", "Release", "net10.0")}\"",
        "#r \"MathNet.Numerics.dll\"",
        "#r \"Optim.Functional.dll\"",
        "#r \"Optim.Functional.FSharp.dll\"",
        "open Optim.Functional;;\n");

    /// <summary>What a program prints.</summary>
    public static Task<string> Run(string program, params string[] arguments) => Output(null, program, arguments);

    /// <summary>What F# Interactive prints when it is told these lines after it knows the library.</summary>
    public static Task<string> Interactive(string lines) => Output(References + Ended(lines), "dotnet", ["fsi", "--nologo"]);

    /// <summary>What F# Interactive prints when it is told these lines after a script.</summary>
    public static Task<string> Interactive(string lines, string after) =>
        Output(Ended(lines), "dotnet", ["fsi", "--nologo", $"--use:{after}"]);

    static string Ended(string lines) => lines + "\n#quit;;\n";

    static async Task<string> Output(string? input, string program, string[] arguments)
    {
        var (code, output, errors) = await Ends(input, program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(" ", arguments)} ended with {code}:\n{output}\n{errors}");
        Assert.DoesNotMatch("(warning|info) FS[0-9]+", output + errors);
        return output.ReplaceLineEndings("\n");
    }

    /// <summary>How a program ends, and what it has printed.</summary>
    public static async Task<(int Code, string Output, string Errors)> Ends(
        string? input,
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return (process.ExitCode, await output, await errors);
    }
}
