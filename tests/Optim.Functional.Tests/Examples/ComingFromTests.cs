using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Examples;

/// <summary>The pages for those who know another library: their blocks are one program in each language, and a line that prints says at its
/// end what.</summary>
public partial class ComingFromTests
{
    [Theory]
    [InlineData("docs/coming-from-torch.md", 20)]
    [InlineData("docs/coming-from-optax.md", 2)]
    [InlineData("docs/mathnet.md", 2)]
    public async Task What_the_lines_of_csharp_print_is_what_they_say(string page, int least)
    {
        var lines = Script.Page(page, "csharp").SelectMany(block => block).ToArray();
        var said = Said(lines, CSharpPrints(), least);
        Assert.Equal(said, await Script.CSharp(lines.OrderBy(line => !IsUsing().IsMatch(line)))); // first, as a file has them
    }

    [Theory]
    [InlineData("docs/coming-from-torch.md", 2)]
    [InlineData("docs/coming-from-optax.md", 18)]
    [InlineData("docs/mathnet.md", 1)]
    public async Task What_the_lines_of_fsharp_print_is_what_they_say(string page, int least)
    {
        var lines = Script.Page(page, "fsharp").SelectMany(block => block).ToArray();
        Assert.Equal(Said(lines, FSharpPrints(), least), await Script.FSharp(lines));
    }

    [Theory]
    [InlineData("docs/coming-from-torch.md")]
    [InlineData("docs/coming-from-optax.md")]
    public void Beside_a_block_of_theirs_there_is_one_of_ours(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");
        Assert.Equal(Script.Page(page, "python").Length, Regex.Count(text, "```python\n[^`]*\n```\n\n</td><td>\n\n```(csharp|fsharp)\n"));
    }

    static string Said(string[] lines, Regex prints, int least)
    {
        string[] said = [.. lines.Select(line => prints.Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
        Assert.True(said.Length >= least, $"only {said.Length} lines say what they print, wanted {least}");
        return string.Concat(said.Select(line => line + "\n"));
    }

    [GeneratedRegex(@"Console\.WriteLine\(.*\); // (.*)$")]
    private static partial Regex CSharpPrints();

    [GeneratedRegex("^printfn .* // (.*)$")]
    private static partial Regex FSharpPrints();

    [GeneratedRegex(@"^using [\w. ]+;$")]
    private static partial Regex IsUsing();
}
