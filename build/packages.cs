// Looks into the packages in artifacts/packages, then uses them as a user would: from empty projects, F# Interactive and as a tool.
// Each is to print what its own page (PACKAGE.md) says. dotnet run build/packages.cs

using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

const string Version = "0.1.0", Found = "1.0000 1.0000 after 4001 steps";
const long MostBytes = 25_000_000;
var feed = Path.GetFullPath(Path.Combine("artifacts", "packages"));
string[] libraries =
[
    "Optim.Functional", "Optim.Functional.FSharp", "Optim.Functional.Tensors", "Optim.Functional.Plots", "Optim.Functional.Native",
    "Optim.Functional.Cuda", "Optim.Functional.Cuda.MathNet", "Optim.Functional.PyTorch", "Optim.Functional.TorchSharp",
    "Optim.Functional.Mpi", "Optim.Functional.Properties",
];
List<string> wrong = [];

var packages = Directory.GetFiles(feed, "*.nupkg");
foreach (var file in packages)
{
    using var package = ZipFile.OpenRead(file);
    string[] names = [.. package.Entries.Select(e => e.FullName)];
    var (description, page) = (Text(package, ".nuspec"), Text(package, "README.md"));
    Expect(new FileInfo(file).Length < MostBytes, file, $"{new FileInfo(file).Length:N0} bytes, wanted less than {MostBytes:N0}");
    foreach (var part in (string[])["<license type=\"expression\">", "<icon>icon.png</icon>", "<readme>README.md</readme>", "<repository type=\"git\" url=\"http", "<tags>", "<projectUrl>"])
        Expect(description.Contains(part), file, $"its description has no {part}");
    Expect(names.Contains("icon.png"), file, "it has no icon");
    Expect(!Regex.IsMatch(page, @"\]\((?!https?://)"), file, "its page has a link that is not absolute");
    Expect(!names.Any(n => n.StartsWith("content")), file, "it has content files, which would land in the user's project");
    Expect(!description.Contains("\"FSharp.Core\"") || description.Contains("\"FSharp.Core\" version=\"10.0.100\""), file, "it wants another FSharp.Core than every SDK of .NET 10 has");
}
foreach (var library in libraries)
{
    Expect(packages.Contains(Path.Combine(feed, $"{library}.{Version}.nupkg")), library, "it is not packed");
    using var symbols = ZipFile.OpenRead(Path.Combine(feed, $"{library}.{Version}.snupkg"));
    Expect(symbols.Entries.Any(e => Regex.IsMatch(e.FullName, @"^lib/net10\.0/[^/]+\.pdb$")), library, "it has no symbols");
}
foreach (var tool in packages.Where(p => Path.GetFileName(p).StartsWith("Optim.Functional.Cli.") && !p.EndsWith($"Cli.{Version}.nupkg")))
{
    using var package = ZipFile.OpenRead(tool);
    string[] natives = [.. package.Entries.Select(e => e.Name).Where(n => Regex.IsMatch(n, "^lib(Skia|HarfBuzz)Sharp"))];
    Expect(natives.Length == 2, tool, $"its native libraries are {string.Join(", ", natives)}; wanted two, those of its platform");
}

var folder = Directory.CreateTempSubdirectory("optim-packages");
try
{
    // Packages of an earlier run, under the same version, must not be taken for these.
    Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(folder.FullName, "cache"));
    File.WriteAllText(Path.Combine(folder.FullName, "nuget.config"), $"<configuration><packageSources><add key=\"packed\" value=\"{feed}\" /></packageSources></configuration>");

    Prints("C#", Project("Optim.Functional", "csharp", "cs"), Found);
    Prints("Tensors", Project("Optim.Functional.Tensors", "csharp", "cs"), "2.5");
    Prints("Plots", Project("Optim.Functional.Plots", "csharp", "cs"), "2000 steps, True True True");
    Prints("Native", Project("Optim.Functional.Native", "csharp", "cs").TrimEnd() + "<end>", "\n22<end>");
    Prints("Cuda", Project("Optim.Functional.Cuda", "csharp", "cs"), "θ' = α·u + (λ·θ)");
    Prints("CUDA behind MathNet", Project("Optim.Functional.Cuda.MathNet", "csharp", "cs"), "no GPU, or no cuBLAS");
    Prints("PyTorch", Project("Optim.Functional.PyTorch", "csharp", "cs"), "1 loaded, 4 tensors, float64 [2] 0.899 2.098");
    Prints("TorchSharp", Project("Optim.Functional.TorchSharp", "csharp", "cs"), "libtorch is not loaded: "); // it is the user's choice
    Prints("Mpi", Project("Optim.Functional.Mpi", "csharp", "cs"), "rank 0 of 1: 0.999");
    Project("Optim.Functional.Properties", "csharp", "cs");
    Prints("F#", Project("Optim.Functional.FSharp", "fsharp", "fs"), Found);
    Prints("F# Interactive", Script("Optim.Functional.FSharp"), Found);
    Prints("Plots in F# Interactive", Script("Optim.Functional.Plots"), "100 steps, True");

    var tools = Path.Combine(folder.FullName, "tools");
    Dotnet(folder.FullName, "tool", "install", "Optim.Functional.Cli", "--tool-path", tools, "--version", Version);
    var printed = Run(Path.Combine(tools, OperatingSystem.IsWindows() ? "optim.exe" : "optim"), folder.FullName, "race", "--epochs", "1", "--steps", "3", "--out", "pictures");
    Expect(printed.Contains("loss curves: ") && Directory.GetFiles(Path.Combine(folder.FullName, "pictures")).Length == 2, $"the tool on {RuntimeInformation.RuntimeIdentifier}", "it writes no pictures");
}
finally { folder.Delete(recursive: true); }

foreach (var line in wrong) Console.Error.WriteLine(line);
Console.WriteLine($"{packages.Length} packages in artifacts/packages, of {packages.Max(p => new FileInfo(p).Length) / 1e6:F1} MB at most: {wrong.Count} faults");
return wrong.Count == 0 ? 0 : 1;

void Prints(string what, string printed, string wanted) => Expect(printed.Contains(wanted), what, "the page's lines print something else");

void Expect(bool holds, string what, string otherwise)
{
    if (!holds) wrong.Add($"{Path.GetFileName(what)}: {otherwise}");
}

static string Text(ZipArchive package, string end)
{
    using var reader = new StreamReader(package.Entries.First(e => e.FullName.EndsWith(end, StringComparison.Ordinal)).Open());
    return reader.ReadToEnd();
}

// The page's own block of code.
static string Lines(string package, string language)
{
    var page = File.ReadAllText(Path.Combine(package.EndsWith("Properties") ? "properties" : "src", package, "PACKAGE.md")).ReplaceLineEndings("\n");
    return Regex.Match(page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}

// What an empty project prints that has the package and its page's lines. NU1605, a downgrade, would fail its build.
string Project(string package, string language, string end)
{
    var project = folder.CreateSubdirectory(package).FullName;
    Dotnet(project, "new", "console", "--language", language == "csharp" ? "C#" : "F#", "--name", "Empty", "--output", ".");
    Dotnet(project, "add", "package", package, "--version", Version);
    File.WriteAllText(Path.Combine(project, $"Program.{end}"), Lines(package, language));
    return Dotnet(project, "run", "-p:WarningsAsErrors=NU1605");
}

// What F# Interactive prints that has the package, the F# face and the package's page's lines.
string Script(string package)
{
    var script = Path.Combine(folder.FullName, $"{package}.fsx");
    string[] references = [.. new[] { "Optim.Functional.FSharp", package }.Distinct().Select(p => $"#r \"nuget: {p}\"")];
    File.WriteAllText(script, $"#i @\"nuget: {feed}\"\n{string.Join("\n", references)}\n{Lines(package, "fsharp")}");
    return Dotnet(folder.FullName, "fsi", script);
}

string Dotnet(string where, params string[] arguments) => Run("dotnet", where, arguments);

string Run(string program, string where, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = where, RedirectStandardOutput = true, RedirectStandardError = true })!;
    var errors = process.StandardError.ReadToEndAsync();
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    Expect(process.ExitCode == 0, $"{program} {string.Join(" ", arguments)}", $"it ended with {process.ExitCode}:\n{output}\n{errors.Result}");
    return output;
}
