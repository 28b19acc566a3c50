using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class HelpTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    public static TheoryData<string> Rules => [.. Registry.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_help_lists_every_option_of_every_optimizer_with_its_default(string name)
    {
        var rule = Registry.Find(name);
        var text = shell.Run("train --help").Out;
        var section = text[text.IndexOf($"\n{name}: ", StringComparison.Ordinal)..].Split("\n\n")[0].Split('\n');
        foreach (var option in rule.Options)
        {
            var line = Assert.Single(section, l => l.StartsWith($"  --{option.Name} "));
            Assert.Contains($" {(option.Required ? "required" : OptionText.Format(option.Default))} ", line);
        }
        Assert.Equal(rule.Options.Count, section.Count(l => l.StartsWith("  --")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("train --help")]
    [InlineData("train --epochs 3 -h")]
    [InlineData("help train")]
    [InlineData("race --help")]
    [InlineData("help race")]
    public void Help_goes_to_stdout_and_credits_the_digits(string line)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("E. Alpaydin, C. Kaynak", answer.Out);
        Assert.Contains("usage:", answer.Out);
    }

    [Theory]
    [InlineData("verify --help")]
    [InlineData("verify my.dll -h")]
    [InlineData("help verify")]
    public void The_help_on_verifying_names_every_law(string line)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.All(Properties.Laws.All, law => Assert.Contains($"\n  {law.Name}  ", answer.Out));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train --help")]
    [InlineData("race --help")]
    [InlineData("verify --help")]
    [InlineData("replay --help")]
    public void Help_is_plain_text_without_entities_or_tags(string line) => Assert.DoesNotMatch("&#?[a-z0-9]+;|</?[a-z]+[ />]", shell.Run(line).Out);

    [Fact]
    public void The_help_keeps_the_signs_of_the_documentation() => Assert.Contains(" > 0", shell.Run("train --help").Out);

    [Theory]
    [InlineData("replay --help")]
    [InlineData("help replay")]
    public void The_help_on_replays_says_what_is_printed_and_how_else(string line)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("usage: optim replay", answer.Out);
        Assert.Contains("\n  --markdown ", answer.Out);
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Matches(@"^optim \d+\.\d+\.\d+\s*$", shell.Run("--version").Out);

    [Fact]
    public void No_option_of_the_tool_hides_one_of_an_optimizer() =>
        Assert.Empty(TrainOptions.Own.Select(o => o.Name).Intersect(Registry.All.SelectMany(r => r.Options).Select(o => o.Name)));
}
