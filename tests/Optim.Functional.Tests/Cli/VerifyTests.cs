using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class VerifyTests : IDisposable
{
    static readonly string Own = $"verify \"{typeof(VerifyTests).Assembly.Location}\" --cases 5 --seed 1";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_rule_that_obeys_every_law_ends_with_0()
    {
        var answer = shell.Run($"{Own} --rule steepest");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  law +Steepest *\n", answer.Out);
        Assert.Matches(@"\n  zero gradient +ok *\n", answer.Out);
        Assert.DoesNotMatch(@"\n  maximize +", answer.Out);
        Assert.Contains("\n  maximize: it has no option maximize\n", answer.Out);
        Assert.Matches(
            $@"1 rule, {Properties.Laws.All.Count} laws, seed 1, up to 5 cases each: held in \d+ cases; every law holds\.\n$",
            answer.Out);
    }

    [Fact]
    public void A_rule_that_asks_for_the_loss_is_found_in_a_library()
    {
        var answer = shell.Run($"{Own} --rule ConjugateGradients");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  closure resume +ok *\n", answer.Out);
        Assert.Contains("purity, in place, run", answer.Out.ReplaceLineEndings(" "));
    }

    [Theory]
    [InlineData("Normalized", "split: not about", "it has no formula for one element")]
    [InlineData("Summing", "groups", "sums over all parameters")]
    [InlineData("Staged", "zero lr", "see 'stages' and 'parts'")]
    [InlineData("InParts", "faces", "the rules of its parts have options of their own")]
    public void Rules_of_every_kind_and_plans_are_found(string rule, string left, string reason)
    {
        var answer = shell.Run($"{Own} --rule {rule}");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  in place +ok *\n", answer.Out);
        var flat = string.Join(' ', answer.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(left.Split(':')[0], flat);
        Assert.Contains(reason, flat);
    }

    [Fact]
    public void A_rule_that_breaks_a_law_ends_with_1_and_the_case_as_code()
    {
        var answer = shell.Run($"{Own} --rule Drifting");
        Assert.Equal((Tool.Broken, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n  zero gradient +BROKEN *\n", answer.Out);
        Assert.Matches(@"\n  purity +ok *\n", answer.Out);
        Assert.Contains(
            "Drifting breaks the law 'zero gradient', at the first "
            + $"case.\n{Properties.Laws.All.Single(l => l.Name == "zero gradient").Sentence}\n",
            answer.Out);
        Assert.Contains(
            "Laws.Replay(\"zero gradient\", Case.Float64(new Optim.Functional.Tests.Cli.RulesToVerify.Drifting(), [[0.0]], [[[0.0]]]));\n",
            answer.Out);
    }

    [Fact]
    public void The_command_it_prints_finds_the_same_case_again()
    {
        var first = shell.Run($"{Own} --rule Drifting --law \"Odd Symmetry\"").Out;
        var again = Regex.Match(first, "Again: optim (.*)\n").Groups[1].Value;
        Assert.Contains("--law \"odd symmetry\" --seed 1 --cases 5", again);
        Assert.Equal(first, shell.Run(again).Out);
    }

    [Fact]
    public void Laws_that_are_broken_in_the_same_way_are_told_together()
    {
        var answer = shell.Run($"{Own} --rule Throwing");
        Assert.Equal((Tool.Broken, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\nThrowing breaks \d+ laws in the same way: purity, in place, run,", answer.Out);
        Assert.Single(Regex.Matches(answer.Out, "\n  NotSupportedException: no formula\n"));
        Assert.Contains("--rule Throwing --law purity --seed 1", answer.Out);
    }

    [Fact]
    public void One_law_alone_is_one_row() => Assert.Single(Rows(shell.Run($"{Own} --rule Drifting --law purity").Out));

    [Fact]
    public void Values_are_rules_and_are_told_apart_by_their_names()
    {
        var answer = shell.Run($"{Own} --rule Around --law \"zero gradient\"");
        Assert.Equal(Tool.Broken, answer.Code);
        Assert.Matches(@"\n  law +Around \(Calm\) +Around \(Restless\) *\n", answer.Out);
        Assert.Matches(@"\n  zero gradient +ok +BROKEN *\n", answer.Out);
        Assert.Contains("--rule \"Around (Restless)\"", answer.Out);
    }

    [Fact]
    public void All_rules_of_a_file_are_verified_and_those_that_cannot_be_are_named()
    {
        var answer = shell.Run($"{Own} --law purity");
        Assert.Contains("Not verified, as they cannot be made:\n", answer.Out);
        Assert.Contains("  Lonely: its constructor has no default for size.\n", answer.Out);
        Assert.Contains("  Broken: reading this value throws InvalidOperationException: no such value.\n", answer.Out);
        Assert.All(new[] { "Steepest", "Drifting", "Around (Calm)" }, name =>
            Assert.Matches($@"\n  law .*{Regex.Escape(name)}", answer.Out));
        Assert.All(answer.Out.Split('\n').Where(l => l.StartsWith("  law")), line => Assert.InRange(line.Length, 1, 100));
    }

    [Fact]
    public void The_library_itself_is_a_file_of_rules()
    {
        var answer = shell.Run($"verify \"{typeof(Adam).Assembly.Location}\" --law purity --cases 1");
        Assert.Equal(Tool.Done, answer.Code);
        Assert.All(Registry.All, rule => Assert.Matches($@"\n  law .* {rule.Name} ", answer.Out));
    }

    [Theory]
    [InlineData("Steppest", "has no rule 'Steppest'; did you mean 'Steepest'")]
    [InlineData("Lonely", "--rule: Lonely: its constructor has no default for size. Give it defaults")]
    [InlineData("Nothing --law purity", "none of the laws is about Nothing")]
    public void A_rule_that_cannot_be_verified_says_why(string rule, string told) =>
        Assert.Contains(told, shell.Refusal($"{Own} --rule {rule}"));

    [Theory]
    [InlineData("rules.dll", "is not a .NET assembly, wanted a .dll made by dotnet build, or an .fsx.")]
    [InlineData("MyRules.fsproj", "Build the project and give the .dll in its bin folder.")]
    [InlineData("MyRules.exe", "The .dll beside it is the assembly.")]
    public void A_file_that_is_no_assembly_says_what_was_wanted(string name, string told)
    {
        File.WriteAllText(shell.Path(name), "no assembly");
        Assert.Contains(told, shell.Refusal($"verify @{name}"));
    }

    [Fact]
    public void An_assembly_without_a_rule_says_so() =>
        Assert.Contains(
            "has no rule to verify: it does not refer to Optim.Functional",
            shell.Refusal($"verify \"{typeof(FactAttribute).Assembly.Location}\""));

    [Fact]
    public void A_rule_that_is_abstract_is_named()
    {
        Assembled(TypeAttributes.Public | TypeAttributes.Abstract, typeof(Nothing), typeof(IRule));
        Assert.Contains("has no rule to verify: Made is abstract. Wanted a public type", shell.Refusal("verify @made.dll"));
    }

    [Fact]
    public void A_rule_that_is_not_public_is_named()
    {
        Assembled(TypeAttributes.NotPublic, typeof(Nothing), typeof(IRule));
        Assert.Contains("has no rule to verify: Made is not public. Wanted a public type", shell.Refusal("verify @made.dll"));
    }

    [Fact]
    public void A_file_built_with_another_version_of_the_library_says_so()
    {
        // As of a rule that lacks what this version asks for.
        Assembled(TypeAttributes.Public, typeof(object), typeof(IElementwiseRule));
        var told = shell.Refusal("verify @made.dll");
        Assert.Contains("does not fit this tool: Method '", told);
        var version = typeof(IRule).Assembly.GetName().Version!.ToString(3);
        Assert.Contains($"It was built with Optim.Functional {version}, the tool has {version}.", told);
    }

    [Fact]
    public void A_stop_ends_with_130_after_the_law_at_hand()
    {
        var answer = shell.Stopped($"{Own} --rule Steepest");
        Assert.Equal((Tool.Interrupted, ""), (answer.Code, answer.Error));
        Assert.Contains($"stopped after 0 of {Properties.Laws.All.Count} checks, 0 failed.", answer.Out);
    }

    static IEnumerable<string> Rows(string output) =>
        output.Split('\n').SkipWhile(l => !l.StartsWith("───")).Skip(1).TakeWhile(l => l.Trim().Length > 0);

    public record Nothing : IRule;

    // A library of one class.
    void Assembled(TypeAttributes attributes, Type parent, Type rule)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("made"), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("made").DefineType("Made", attributes, parent, [rule]);
        type.DefineDefaultConstructor(MethodAttributes.Public);
        type.CreateType();
        assembly.Save(shell.Path("made.dll"));
    }
}
