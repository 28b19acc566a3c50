using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Cli;

public sealed class VerifyScriptTests : IDisposable
{
    const string Example = "05-verify-a-rule.fsx", Doc = "docs/verify.md";
    const string Begin = "<!-- what optim verify prints -->\n```\n", End = "```\n<!-- end -->";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public async Task The_docs_show_what_the_tool_prints_of_the_planted_mistake()
    {
        var command = Block("<!-- command -->").Split(" -- ")[1].Trim();
        var (code, output) = await Tool(command.Split(' '));
        Assert.Equal(1, code);
        Assert.Matches("  zero gradient +BROKEN", output);
        Derived.Check(Doc, text =>
        {
            var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
            Assert.InRange(from, Begin.Length, to);
            return text[..from] + Table(output) + text[to..];
        });
    }

    [Fact]
    public async Task The_example_finds_its_minimum_and_the_case_in_the_docs_fails_after_it()
    {
        var preparation = Regex.Match(Text, "```fsharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var code = Regex.Matches(Text, "^  (Law\\.replay .*)$", RegexOptions.Multiline)[^1].Groups[1].Value;
        var printed = await Programs.Interactive(
            $"{preparation};;\ntry {code} with :? LawBroken as e -> printfn \"%s\" e.Message;;\n",
            Path.Combine("examples", Example));
        Assert.Contains("3.0 -1.0\n", printed);
        Assert.Contains(Properties.Laws.All.Single(law => code.StartsWith($"Law.replay \"{law.Name}\"")).Sentence, printed);
    }

    [Fact]
    public void The_docs_fix_makes_every_law_hold()
    {
        var text = Source(Example);
        var lines = Block("```diff", "").Split('\n').Where(l => l is ['+' or '-', ..]).ToLookup(l => l[0], l => l[1..]);
        var wrong = string.Join('\n', lines['-']);
        Assert.Contains(wrong, text);
        File.WriteAllText(shell.Path("05-verify-a-rule.fsx"), text.Replace(wrong, string.Join('\n', lines['+'])));
        var answer = shell.Run("verify @05-verify-a-rule.fsx --cases 20 --seed 1");
        Assert.Equal((Functional.Cli.Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("every law holds.", answer.Out);
    }

    [Fact]
    public void A_script_may_print_and_use_packages_and_nothing_is_left_of_it()
    {
        var version = Regex
            .Match(File.ReadAllText(Path.Combine(Repository.Root, "paket.dependencies")), "Spectre.Console = ([0-9.]+)")
            .Groups[1]
            .Value;
        File.WriteAllText(
            shell.Path("my rules.fsx"),
            $"#r \"nuget: Spectre.Console, {version}\"\n{Source("02-own-rule.fsx").Split("// As a pure function")[0]}"
                + "printfn \"HELLO from the script\"\neprintfn \"%s\" (Spectre.Console.Markup.Escape \"[HELLO]\")\n"
                + "let again = SignMomentum(lr = 0.5, beta = 0.9)\n");
        var answer = shell.Run("verify \"@my rules.fsx\" --cases 1 --seed 1 --law purity");
        Assert.Equal((Functional.Cli.Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  law +SignMomentum \(rule\) +SignMomentum \(again\) *\n", answer.Out);
        Assert.DoesNotContain("HELLO", answer.Out);
        Assert.Equal(["my rules.fsx"], shell.Files);
    }

    [Fact]
    public void A_rule_that_asks_for_the_loss_is_found_in_a_script()
    {
        File.WriteAllText(shell.Path("closure.fsx"), Source("07-closure-rule.fsx").Split("/// Rosenbrock")[0]);
        var answer = shell.Run("verify @closure.fsx --cases 10 --seed 1");
        Assert.Equal((Functional.Cli.Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  law +ConjugateGradients *\n", answer.Out);
        Assert.Matches(@"\n  closure undone +ok *\n", answer.Out);
    }

    [Fact]
    public void A_script_that_does_not_compile_shows_the_compilers_errors()
    {
        File.WriteAllText(shell.Path("bad.fsx"), "let x: int = \"one\"\nlet y = unknown\n");
        var answer = shell.Run("verify @bad.fsx");
        Assert.Equal(
            (Functional.Cli.Tool.Misused, $"compiling {shell.Path("bad.fsx")}\n"),
            (answer.Code, answer.Out.ReplaceLineEndings("\n")));
        Assert.Contains($"{shell.Path("bad.fsx")}(1,14): error FS0001: ", answer.Error);
        Assert.Contains("(2,9): error FS0039: The value or constructor 'unknown' is not defined.", answer.Error);
        Assert.EndsWith(
            $"optim: '{shell.Path("bad.fsx")}' does not compile; what the compiler says stands above.\n",
            answer.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_script_that_ends_the_program_does_not_pass()
    {
        File.WriteAllText(shell.Path("ends.fsx"), Source("02-own-rule.fsx").Split("// As a pure function")[0] + "exit 0\n");
        var (code, output) = await Tool("verify", shell.Path("ends.fsx"));
        Assert.Equal(2, code);
        Assert.Contains("ended this program while its own code ran", output);
    }

    static string Text => File.ReadAllText(Path.Combine(Repository.Root, "docs", "verify.md")).ReplaceLineEndings("\n");

    static string Block(string before, string fence = "\n```") => Text.Split($"{before}{fence}\n")[1].Split("```")[0];

    // An example, to be put in another folder.
    static string Source(string example) =>
        File.ReadAllText(Path.Combine(Repository.Root, "examples", example))
            .ReplaceLineEndings("\n")
            .Replace("#I \"../", $"#I @\"{Repository.Root}/");

    // From the table on, without the blanks that fill it up.
    static string Table(string output) =>
        string.Join("\n", output.ReplaceLineEndings("\n").Split('\n').SkipWhile(l => l.Trim().Length > 0).Select(l => l.TrimEnd()))
            .Trim('\n') + "\n";

    static async Task<(int Code, string Output)> Tool(params string[] arguments)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "optim.dll");
        var (code, output, errors) = await Programs.Ends(null, "dotnet", [tool, .. arguments]);
        return (code, output + errors);
    }
}
