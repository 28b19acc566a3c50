using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class ShowTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    public static TheoryData<string> Elementwise =>
        [.. Registry.All.Where(r => typeof(IElementwiseRule).IsAssignableFrom(r.RuleType)).Select(r => r.Name)];

    public static TheoryData<string> Others =>
        [.. Registry.All.Where(r => !typeof(IElementwiseRule).IsAssignableFrom(r.RuleType)).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Every_elementwise_rule_is_shown_as_text_and_as_kernels(string name)
    {
        var lr = Registry.Find(name).Options.Any(o => o.Required) ? " --lr 0.1" : "";
        Assert.Contains("θ' = ", Shown($"show {name}{lr}"));
        Assert.StartsWith(".version 7.0\n.target sm_80", Shown($"show {name}{lr} --ptx"));
        Assert.Contains("kernel void optim_step(", Shown($"show {name}{lr} --opencl --type double"));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_one_is_refused_with_the_reason(string name)
    {
        var lr = Registry.Find(name).Options.Any(o => o.Required) ? " --lr 0.1" : "";
        Assert.Contains($"{name} has no kernel: only a rule that treats every element alike", shell.Refusal($"show {name}{lr}"));
    }

    [Fact]
    public void It_takes_the_optimizers_options_a_type_and_a_step()
    {
        Assert.Contains("λ = 0.9999", Shown("show adamw --weight_decay 0.1"));
        Assert.Contains("ld.param.f64 %x0, [%rd8+0]; // k0_alpha", Shown("show AdamW --ptx --type double"));
        Assert.Contains("at step 3: ", Shown("show AdamW --step 3"));
        Assert.NotEqual(Shown("show SGD --lr 0.1 --momentum 0.9 --step 1"), Shown("show SGD --lr 0.1 --momentum 0.9"));
    }

    [Theory]
    [InlineData("show", "got 0 names, wanted that of one optimizer")]
    [InlineData("show Adam AdamW", "got 2 names")]
    [InlineData("show Adma", "did you mean 'Adam'")]
    [InlineData("show SGD", "--lr 0.1")]
    [InlineData("show Adam --momentum 0.9", "--momentum is not an option of Adam. Adam takes --lr")]
    [InlineData("show Adam --lr -1", "Adam: lr must be")]
    [InlineData("show Adam --type half", "--type: got 'half', wanted float or double")]
    [InlineData("show Adam --step 0", "--step: got '0', wanted a whole number from 1")]
    [InlineData("show Adam --ptx --opencl", "Give one of them")]
    [InlineData("show Adam --pxt", "did you mean '--ptx'")]
    public void A_mistake_is_told_in_one_line(string line, string told) => Assert.Contains(told, shell.Refusal(line));

    [Theory]
    [InlineData("show --help")]
    [InlineData("help show")]
    public void The_help_says_what_is_printed_and_how_else(string line)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        foreach (var part in (string[])["usage: optim show NAME", "--ptx", "--opencl", "--type TYPE", "--step N"]) Assert.Contains(part, answer.Out);
    }

    [Fact]
    public void No_option_of_it_hides_one_of_an_optimizer() =>
        Assert.Empty(ShowOptions.Own.Select(o => o.Name).Intersect(Registry.All.SelectMany(r => r.Options).Select(o => o.Name)));

    string Shown(string line)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        return answer.Out;
    }
}
