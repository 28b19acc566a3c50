using System.Text.RegularExpressions;

namespace Optim.Functional.Tests;

/// <summary>docs/torchsharp.md and the README: their blocks of C# are <see cref="Docs.Page"/> and <see cref="Docs.Readme"/>, which are
/// run here.</summary>
public partial class PageTests : TorchTests
{
    [Fact]
    public void What_the_pages_lines_print_is_what_they_say() => Prints("docs/torchsharp.md", Docs.Page.Run, least: 4);

    [Fact]
    public void What_the_readmes_lines_print_is_what_they_say() => Prints("README.md", Docs.Readme.Run, least: 1);

    static void Prints(string page, Action run, int least)
    {
        string[] said = [.. Lines(page).Select(line => Says().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
        using var written = new StringWriter();
        var (console, folder) = (Console.Out, Directory.GetCurrentDirectory());
        var own = Directory.CreateTempSubdirectory("optim-page");
        Console.SetOut(written);
        Directory.SetCurrentDirectory(own.FullName);
        try { run(); }
        finally
        {
            Console.SetOut(console);
            Directory.SetCurrentDirectory(folder);
            own.Delete(recursive: true);
        }
        Assert.True(said.Length >= least, "the page has lost its lines that print");
        Assert.Equal(said, written.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n'));
    }

    /// <summary>The lines of a page's blocks that use TorchSharp; of docs/torchsharp.md all do.</summary>
    internal static string[] Lines(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");
        var blocks = Blocks().Matches(text).Select(block => block.Groups[1].Value);
        return [.. blocks.Where(block => page != "README.md" || block.Contains("TorchSharp")).SelectMany(block => block.Split('\n'))];
    }

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"Console\.WriteLine\(.*\);\s+// (.*)$")]
    private static partial Regex Says();
}

/// <summary>That the programs are the pages. This needs no libtorch.</summary>
public partial class PageTextTests
{
    [Theory]
    [InlineData("docs/torchsharp.md", "Page.cs")]
    [InlineData("README.md", "Readme.cs")]
    public void The_program_has_the_lines_of_the_page(string of, string file)
    {
        var program = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Optim.Functional.TorchSharp.Tests", file));
        string[] usings = [.. program.TakeWhile(line => line.Length > 0)];
        string[] body = [.. program.SkipWhile(line => line != "    {").Skip(1).TakeWhile(line => line != "    }").Select(Outdented)];
        var page = PageTests.Lines(of);
        Assert.Equal(page.Where(line => Using().IsMatch(line)), usings);
        Assert.Equal(page.Where(line => !Using().IsMatch(line)), body);
    }

    static string Outdented(string line) => line.Length == 0 ? line : line[8..];

    [GeneratedRegex(@"^using (static )?[\w.]+;$")]
    private static partial Regex Using();
}
