using System.Text.Json;
using System.Text.RegularExpressions;
using Optim.Functional.Cli;
using Optim.Functional.PyTorch;
using Optim.Functional.Tests.Cli;

namespace Optim.Functional.Tests.Files;

/// <summary><c>optim inspect</c>, <c>convert</c> and <c>diff</c>.</summary>
public sealed class CommandTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    string Copied(string name)
    {
        File.Copy(Data.Path(name), shell.Path(name));
        return "@" + name;
    }

    public static TheoryData<string> All => [.. Data.Names("*.torch*.pt")];

    [Theory]
    [MemberData(nameof(All))]
    public void Inspect_shows_every_tensor_of_every_file_that_torch_wrote(string name)
    {
        var answer = shell.Run($"inspect {Copied(name)}");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        using var file = Checkpoint.Open(Data.Path(name));
        Assert.Contains($"{name}: torch", answer.Out);
        Assert.All(file.Tensors, t => Assert.Matches($@"\n  {Regex.Escape(t.Key)} +{t.Value.ToString().Split(' ')[0]} +\[", answer.Out));
        Assert.All(answer.Out.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 160));
    }

    [Fact]
    public void Inspect_says_shapes_types_norms_and_what_is_not_finite()
    {
        var text = shell.Run($"inspect {Copied("odd_tensors.torch2.14.1.pt")}").Out;
        Assert.Matches(@"\n  half +float16 +\[5\] +2\.7206 ", text);
        Assert.Matches(@"\n  nonfinite +float32 +\[3\] +0 +1 +1 ", text);
        Assert.Contains("hold 1 NaN and 1 infinite", text);
        text = shell.Run($"inspect {Copied("adam_amsgrad.torch2.14.1.optimizer.pt")}").Out;
        Assert.Matches(@"\n  param_groups\.0\.betas +\(0\.9, 0\.999\) ", text);
        Assert.Matches(@"\n  param_groups\.0\.foreach +None ", text);
    }

    [Fact]
    public void Inspect_prints_json_for_programs()
    {
        var root = JsonDocument.Parse(shell.Run($"inspect {Copied("odd_tensors.torch2.14.1.legacy.pt")} --json").Out).RootElement;
        Assert.Equal("torch, before 1.6", root.GetProperty("format").GetString());
        var tensor = root.GetProperty("tensors").EnumerateArray().Single(t => t.GetProperty("key").GetString() == "nonfinite");
        foreach (var (key, wanted) in new[] { ("nan", 1), ("infinite", 1), ("norm", 0), ("bytes", 12) })
            Assert.Equal(wanted, tensor.GetProperty(key).GetDouble());
    }

    [Theory]
    [InlineData("inspect", "inspect: got 0 files, wanted one file")]
    [InlineData("convert @a.pt", "convert: got 1 files, wanted two files")]
    [InlineData("diff @a @b @c", "diff: got 3 files, wanted two files")]
    [InlineData("inspect @no.pt", "no such file")]
    [InlineData("inspect @empty.pt", "it has 0 bytes")]
    [InlineData("inspect @.", "it is a folder, wanted a file")]
    [InlineData("inspect @text.pt", "it is no checkpoint")]
    [InlineData("inspect @evil.pt", "it names 'os.system' at byte")]
    [InlineData("convert @w.pt @w.txt", "does not say its format")]
    [InlineData("convert @w.pt @w.pt", "is there already")]
    [InlineData("convert @w.pt @x.safetensors", "safetensors holds tensors and nothing else; 'epoch' is none")]
    [InlineData("convert @w.pt @x.pt --key nothing", "it has no 'nothing'. It has 'w', 'epoch'")]
    [InlineData("convert @w.pt @x.json", "it holds no optimizer's state dict")]
    [InlineData("convert @w.pt @no/folder/x.pt", "no such folder")]
    [InlineData("diff @w.pt @empty.pt", "it has 0 bytes")]
    [InlineData("inspect @w.pt --jsno", "did you mean '--json'")]
    public void A_mistake_is_told_in_one_line(string line, string told)
    {
        Checkpoint.Save(shell.Path("w.pt"), new Dictionary<string, object?> { ["w"] = new float[2], ["epoch"] = 3 });
        File.WriteAllText(shell.Path("empty.pt"), "");
        File.WriteAllText(shell.Path("text.pt"), "hello, this is no checkpoint");
        File.Copy(Data.Path("malicious_nested_in_state_dict.pt"), shell.Path("evil.pt"));
        Assert.Contains(told, shell.Refusal(line));
        Assert.Equal(["empty.pt", "evil.pt", "text.pt", "w.pt"], shell.Files);
    }

    [Theory]
    [InlineData("safetensors"), InlineData("pt")]
    public void Converted_there_and_back_a_model_is_the_same_bit_for_bit(string format)
    {
        var from = Copied("odd_tensors.torch2.14.1.pt");
        Assert.Contains("15 tensors", shell.Run($"convert {from} @there.{format}").Out);
        Assert.Equal(Tool.Done, shell.Run($"convert @there.{format} @back.pt").Code);
        var answer = shell.Run($"diff {from} @back.pt");
        Assert.Equal((Tool.Done, "15 of 15 keys are equal, 0 differ\n"), (answer.Code, answer.Out.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void A_part_of_a_file_and_its_tensors_alone_can_be_taken_and_types_widened()
    {
        var from = Copied("sgd_momentum.torch2.14.1.combined.pt");
        Assert.Contains("4 tensors", shell.Run($"convert {from} @model.npz --key model").Out);
        Assert.Contains("8 tensors", shell.Run($"convert {from} @all.safetensors --tensors").Out);
        Assert.Equal(Tool.Done, shell.Run($"diff {from} @model.npz --key_a model").Code);
        Assert.Contains("npz has no bfloat16", shell.Refusal($"convert {Copied("odd_tensors.torch2.14.1.pt")} @odd.npz"));
        Assert.Equal(Tool.Done, shell.Run("convert @odd_tensors.torch2.14.1.pt @odd.npz --widen").Code);
        Assert.Contains("float16 [5] in A, float32 [5] in B", shell.Run("diff @odd_tensors.torch2.14.1.pt @odd.npz").Out);
    }

    [Fact]
    public void An_optimizers_state_goes_to_our_json_and_back()
    {
        var from = Copied("adam_amsgrad.torch2.14.1.optimizer.pt");
        Assert.Equal(Tool.Done, shell.Run($"convert {from} @run.json").Code);
        Assert.Equal(Tool.Done, shell.Run("convert @run.json @again.pt").Code);
        Assert.EndsWith(" keys are equal, 0 differ\n", shell.Run($"diff {from} @again.pt").Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Diff_says_how_far_apart_numbers_are_and_what_is_missing()
    {
        Checkpoint.Save(shell.Path("a.pt"), new Dictionary<string, object?>
        {
            ["w"] = new[] { 1f, 2, float.NaN },
            ["z"] = new[] { 0.0 },
            ["epoch"] = 3,
            ["a"] = new float[1],
        });
        Checkpoint.Save(shell.Path("b.pt"), new Dictionary<string, object?>
        {
            ["w"] = new[] { MathF.BitIncrement(1), 2, 5 },
            ["z"] = new[] { -0.0 },
            ["epoch"] = 4,
            ["b"] = new float[1],
        });
        var answer = shell.Run("diff @a.pt @b.pt");
        Assert.Equal(Tool.Broken, answer.Code);
        foreach (var told in new[]
        {
            "2 differ, by 1 ulp and 1.19E-07 at most, 1 NaN on one side", "1 differ, by 0 ulps and 0 at most",
            "3 (Int64) in A, 4 (Int64) in B", "only in A", "only in B", "0 of 5 keys are equal, 5 differ",
        }) Assert.Contains(told, Regex.Replace(answer.Out, @"\s+", " "));
    }

    [Theory]
    [InlineData("inspect"), InlineData("convert"), InlineData("diff")]
    public void The_help_of_each_says_its_usage_and_options(string name)
    {
        var answer = shell.Run($"{name} --help");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains($"usage: optim {name} ", answer.Out);
        Assert.Equal(answer.Out, shell.Run($"help {name}").Out);
        Assert.Contains($"optim {name} ", shell.Run("--help").Out);
        Assert.DoesNotMatch("&#?[a-z0-9]+;|</?[a-z]+[ />]", answer.Out);
    }
}
