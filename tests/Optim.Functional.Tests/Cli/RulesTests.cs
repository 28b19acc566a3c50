using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class RulesTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    public static TheoryData<string> Rules => [.. Registry.All.Select(r => r.Name)];

    [Fact]
    public void Each_rule_of_the_registry_has_a_row_with_its_paper_and_what_it_costs()
    {
        var answer = shell.Run("rules --size 8 --markdown");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        foreach (var rule in Registry.All)
        {
            var row = Assert.Single(answer.Out.Split('\n'), l => l.StartsWith($"| {rule.Name} |", StringComparison.Ordinal)).Split(" | ");
            Assert.True(row[1].Length > 10, $"{rule.Name} says what it is for.");
            Assert.Matches(rule.Name == "LBFGS" ? "^8 a pair$" : @"^\d+(\.\d+)?$", row[2]);
            Assert.Matches(@"^\d+\.\d\d$", row[3]);
        }
        Assert.Contains("| AdamW | Adam with weight decay apart from the gradient. | 8 |", answer.Out);
        Assert.Contains("| SGD | Stochastic gradient descent, with heavy-ball or Nesterov momentum. | 0 |", answer.Out);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_paper_is_named_with_a_year_or_a_preprint(string name) =>
        Assert.Matches(@"^\p{Lu}.*(arXiv:\d{4}\.\d{5}|arXiv:\d{4}\.\d{4}|\d{4})[^.;]*$", RuleDocs.Paper(Registry.Find(name)));

    [Fact]
    public void Each_rule_is_of_one_family() =>
        Assert.Equal(Registry.All.Select(r => r.Name).Order(), Registry.Families.SelectMany(f => f.Rules).Select(r => r.Name).Order());
}
