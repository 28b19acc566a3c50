using System.Diagnostics;

namespace Optim.Functional.Tests.Providers;

/// <summary>Native libraries made for a test by the machine's C compiler, in a folder that goes with it.</summary>
sealed class Compiler : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("optim-native").FullName;

    public string Path(string name) => System.IO.Path.Combine(folder, name);

    /// <summary>The path of a library of this source; the test is skipped where there is no compiler.</summary>
    public string Build(string name, string source, params string[] libraries)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the libraries that this test compiles are Linux's");
        File.WriteAllText(Path($"{name}.c"), source);
        var library = Path($"{name}.so");
        try
        {
            // A name of its own, by which .NET finds it again once it is loaded.
            string[] linked = [$"-Wl,-soname,{name}.so", "-Wl,--no-as-needed", .. libraries.Select(l => $"-l:{l}")];
            string[] arguments = ["-O1", "-w", "-shared", "-fPIC", "-o", library, Path($"{name}.c"), .. linked];
            using var process = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no C compiler (Debian: apt-get install gcc)");
        }
        return library;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
