using System.Runtime.InteropServices;

namespace Optim.Functional.Surface.Tests.Aot;

/// <summary>The program that is published ahead of time (tests/Optim.Functional.Aot), which runs both faces and prints bits.</summary>
public class PublishedTests
{
    const string Program = "Optim.Functional.Aot";
    static readonly string Project = Path.Combine(Repository.Root, "tests", Program);

    [Fact]
    public async Task A_published_program_has_the_bits_of_one_that_is_compiled_as_it_runs()
    {
        if (NoLinker() is { } reason) Assert.Skip(reason);
        var folder = Directory.CreateTempSubdirectory("optim-aot");
        try
        {
            var wanted = Path.Combine(folder.FullName, "wanted.txt");
            File.WriteAllText(wanted, await Compiled());
            await Programs.Run(
                "dotnet",
                "publish",
                Project,
                "-c",
                "Release",
                "-r",
                RuntimeInformation.RuntimeIdentifier,
                "-o",
                folder.FullName,
                "-v",
                "quiet",
                "-nologo");
            var name = OperatingSystem.IsWindows() ? $"{Program}.exe" : Program;
            Assert.Equal(File.ReadAllText(wanted), await Programs.Run(Path.Combine(folder.FullName, name), wanted));
        }
        finally { folder.Delete(recursive: true); }
    }

    [Fact]
    public async Task Formulas_that_are_called_have_the_bits_of_those_that_are_not()
    {
        var folder = Directory.CreateTempSubdirectory("optim-called");
        var configuration = Path.Combine(folder.FullName, $"{Program}.runtimeconfig.json");
        try
        {
            const string setting = "\"System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported\": ";
            var text = File.ReadAllText(Path.Combine(Output, $"{Program}.runtimeconfig.json"));
            Assert.Contains($"{setting}true", text);
            File.WriteAllText(configuration, text.Replace($"{setting}true", $"{setting}false"));
            Assert.Equal(await Compiled(), await Programs.Run("dotnet", "exec", "--runtimeconfig", configuration, Assembly));
        }
        finally { folder.Delete(recursive: true); }
    }

    static string Output => Path.Combine(Project, "bin", Configuration, "net10.0");

    /// <summary>Debug or Release, whichever these tests are built as.</summary>
    static string Configuration => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;

    static string Assembly => Path.Combine(Output, $"{Program}.dll");

    static Task<string> Compiled() => Programs.Run("dotnet", "exec", Assembly);

    /// <summary>Why nothing can be published here, or null.</summary>
    static string? NoLinker() =>
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? null
        : !new[] { "clang", "gcc" }.Any(IsOnPath)
            ? "Neither clang nor gcc is on the PATH, and publishing ahead of time needs one to link. apt-get install clang zlib1g-dev"
        : null;

    static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
