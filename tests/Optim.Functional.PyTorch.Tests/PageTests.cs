using System.Text.RegularExpressions;
using Optim.Functional.Tests.Cli;

namespace Optim.Functional.Tests.Files;

/// <summary>What docs/pytorch-files.md and the package's page say is so.</summary>
public sealed class PageTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "pytorch-files.md")).ReplaceLineEndings("\n");

    static string[] Blocks(string page, string language) =>
        [.. Regex.Matches(page, $"```{language}\n(.*?)\n```", RegexOptions.Singleline).Select(m => m.Groups[1].Value + "\n")];

    async Task<string> CSharp(string lines)
    {
        var file = shell.Path("lines.cs");
        var project = Path.Combine(Repository.Root, "src", "Optim.Functional.PyTorch", "Optim.Functional.PyTorch.csproj");
        await File.WriteAllTextAsync(file, $"#:project {project}\n{lines}", TestContext.Current.CancellationToken);
        return await Programs.Run("dotnet", "run", "-c", "Release", file);
    }

    [Fact]
    public async Task The_pages_program_of_csharp_prints_what_it_says() =>
        Assert.Equal(Blocks(Page, "text")[0], await CSharp(Blocks(Page, "csharp")[0]));

    [Fact]
    public async Task The_packages_page_prints_what_it_says()
    {
        var path = Path.Combine(Repository.Root, "src", "Optim.Functional.PyTorch", "PACKAGE.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var lines = Blocks(page.ReplaceLineEndings("\n"), "csharp")[0];
        Assert.Equal(Said(lines), await CSharp(lines));
    }

    [Fact]
    public async Task The_pages_program_of_fsharp_prints_what_it_says()
    {
        var lines = Blocks(Page, "fsharp")[0];
        string[] before =
        [
            Programs.References.Replace(";;", ""), $"#I @\"{AppContext.BaseDirectory}\"", "#r \"System.IO.Hashing.dll\"",
            "#r \"Optim.Functional.PyTorch.dll\"", lines,
        ];
        await File.WriteAllLinesAsync(shell.Path("lines.fsx"), before, TestContext.Current.CancellationToken);
        Assert.Equal(Said(lines), await Programs.Run("dotnet", "fsi", "--nologo", shell.Path("lines.fsx")));
    }

    /// <summary>What stands behind the lines that print.</summary>
    static string Said(string lines) => string.Concat(lines.Split('\n')
        .Where(l => l.Contains("WriteLine(") || l.StartsWith("printfn", StringComparison.Ordinal))
        .Select(l => l[(l.LastIndexOf("// ", StringComparison.Ordinal) + 3)..] + "\n"));

    [Fact]
    public void The_refusal_on_the_page_is_what_the_tool_says()
    {
        File.Copy(Data.Path("malicious_global_os_system.pt"), shell.Path("run.pt"));
        var refusal = shell.Refusal("inspect @run.pt").Replace($"optim: {shell.Path("run.pt")}", "run.pt");
        Assert.Equal(Blocks(Page, "text")[1].TrimEnd(), refusal);
    }

    [Fact]
    public void The_table_on_the_page_is_what_the_tool_prints()
    {
        File.Copy(Data.Path("odd_tensors.torch2.14.1.pt"), shell.Path("odd_tensors.torch2.14.1.pt"));
        var printed = shell.Run("inspect @odd_tensors.torch2.14.1.pt").Out.ReplaceLineEndings("\n");
        Assert.Equal(Blocks(Page, "text")[2].TrimEnd(), string.Join("\n", printed.Split('\n').Select(line => line.TrimEnd())).TrimEnd());
    }
}
