using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Examples;

/// <summary>The examples and the README's lines, run as a reader would run them.</summary>
static class Script
{
    /// <summary>What an example prints.</summary>
    public static Task<string> Example(string name)
    {
        var file = Path.Combine("examples", name);
        return name.EndsWith(".fsx", StringComparison.Ordinal) ? Programs.Run("dotnet", "fsi", "--nologo", file) : CSharp(file);
    }

    /// <summary>What lines of C# print as a file of their own.</summary>
    public static Task<string> CSharp(IEnumerable<string> lines)
    {
        var project = Path.Combine(Repository.Root, "src", "Optim.Functional", "Optim.Functional.csproj");
        return Written("lines.cs", lines.Prepend($"#:project {project}"), CSharp);
    }

    /// <summary>What lines of F# print as a script of their own, which knows the library.</summary>
    public static Task<string> FSharp(IEnumerable<string> lines) =>
        Written("lines.fsx", lines.Prepend(Programs.References), file => Programs.Run("dotnet", "fsi", "--nologo", file));

    static async Task<string> Written(string name, IEnumerable<string> lines, Func<string, Task<string>> run)
    {
        var folder = Directory.CreateTempSubdirectory("optim-readme");
        try
        {
            var file = Path.Combine(folder.FullName, name);
            await File.WriteAllLinesAsync(file, lines);
            return await run(file);
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>The lines of the README's blocks in a language.</summary>
    public static string[][] Readme(string language) => Page("README.md", language);

    /// <summary>The same of another page.</summary>
    public static string[][] Page(string page, string language)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");
        var blocks = Regex.Matches(text, $"```{language}\n(.*?)\n```", RegexOptions.Singleline);
        return [.. blocks.Select(block => block.Groups[1].Value.Split('\n'))];
    }

    static Task<string> CSharp(string file) => Programs.Run("dotnet", "run", "-c", "Release", file);
}
