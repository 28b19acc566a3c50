using System.Text.RegularExpressions;

namespace Optim.Functional.Tests;

/// <summary>docs/torchsharp.md: its blocks of C# are <see cref="Docs.Page"/>, which is run here.</summary>
public partial class PageTests : TorchTests
{
    [Fact]
    public void What_the_lines_print_is_what_they_say()
    {
        string[] said = [.. Lines().Select(line => Prints().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
        using var written = new StringWriter();
        var (console, folder) = (Console.Out, Directory.GetCurrentDirectory());
        var own = Directory.CreateTempSubdirectory("optim-page");
        Console.SetOut(written);
        Directory.SetCurrentDirectory(own.FullName);
        try { Docs.Page.Run(); }
        finally
        {
            Console.SetOut(console);
            Directory.SetCurrentDirectory(folder);
            own.Delete(recursive: true);
        }
        Assert.True(said.Length >= 4, "the page has lost its lines that print");
        Assert.Equal(said, written.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n'));
    }

    internal static string[] Lines()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "torchsharp.md")).ReplaceLineEndings("\n");
        return [.. Blocks().Matches(page).SelectMany(block => block.Groups[1].Value.Split('\n'))];
    }

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"Console\.WriteLine\(.*\);\s+// (.*)$")]
    private static partial Regex Prints();
}

/// <summary>That <see cref="Docs.Page"/> is the page. This needs no libtorch.</summary>
public partial class PageTextTests
{
    [Fact]
    public void The_program_has_the_lines_of_the_page()
    {
        var program = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Optim.Functional.TorchSharp.Tests", "Page.cs"));
        string[] usings = [.. program.TakeWhile(line => line.Length > 0)];
        string[] body = [.. program.SkipWhile(line => line != "    {").Skip(1).TakeWhile(line => line != "    }").Select(Outdented)];
        var page = PageTests.Lines();
        Assert.Equal(page.Where(line => Using().IsMatch(line)), usings);
        Assert.Equal(page.Where(line => !Using().IsMatch(line)), body);
    }

    static string Outdented(string line) => line.Length == 0 ? line : line[8..];

    [GeneratedRegex(@"^using (static )?[\w.]+;$")]
    private static partial Regex Using();
}
