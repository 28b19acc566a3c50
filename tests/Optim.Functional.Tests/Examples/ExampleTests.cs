namespace Optim.Functional.Tests.Examples;

public class ScriptTests
{
    [Fact]
    public async Task First_steps_finds_the_line_through_its_points() =>
        Assert.Contains("W = 2.000, b = 1.000 after 1000 steps", await Script.Example("01-first-steps.fsx"));

    [Fact]
    public async Task Own_rule_steps_purely_and_in_place_and_gives_the_same_bits_on_every_lane()
    {
        var printed = await Script.Example("02-own-rule.fsx");
        Assert.Contains("pure: [|0.875; 2.0; 3.125|], SignMomentum: step 1", printed);
        Assert.Contains("in place: p: float64 [3] 0.75 2 3.25, lr 0.25", printed);
        Assert.Contains("bits equal: True", printed);
    }

    [Fact]
    public async Task Lbfgs_finds_the_plane() => Assert.Contains("386 of 400 points on their side", await Script.Example("04-lbfgs.fsx"));

    [Fact]
    public async Task A_rule_that_asks_for_the_loss_finds_the_valleys_end_on_both_faces()
    {
        var printed = await Script.Example("07-closure-rule.fsx");
        Assert.Contains("pure: 1.0000 1.0000, ConjugateGradients: n_iter ", printed);
        Assert.Contains("bits equal: true", printed);
    }

    [Fact]
    public async Task A_large_model_lives_in_four_allocations() =>
        Assert.Contains("bytes in 4 allocations", await Script.Example("06-large-model.fsx"));

    [Fact]
    public async Task The_readmes_lines_of_fsharp_find_the_minimum() =>
        Assert.Contains(
            "1.0000 1.0000 after 4001 steps\n",
            await Programs.Interactive(string.Join("\n", Script.Readme("fsharp")[0]) + "\n;;\n"));

    [Fact]
    public void The_readmes_blocks_have_six_lines_each()
    {
        Assert.Equal(6, Script.Readme("fsharp")[0].Length);
        Assert.Equal(6, Script.Readme("csharp")[0].Length);
    }
}

public class FileTests
{
    [Fact]
    public async Task Torch_style_trains_saves_and_resumes()
    {
        var printed = await Script.Example("03-torch-style.cs");
        Assert.Contains("2 parameters loaded", printed);
        Assert.Contains("W = 2.000, b = 1.000", printed);
    }

    [Fact]
    public async Task Digits_are_learned_on_a_GPU_or_here_with_the_reason()
    {
        var printed = await Script.Example("09-gpu.cs");
        Assert.Matches(@"^on (the processor: .+|.+, CUDA [\d.]+)\n3[4-9]\d of 397 digits right after 100 steps\n$", printed);
    }

    [Fact]
    public async Task The_readmes_lines_of_csharp_find_the_minimum() =>
        Assert.Contains("1.0000 1.0000 after 4001 steps", await Script.CSharp(Script.Readme("csharp")[0]));

    [Fact]
    public async Task The_readmes_torch_style_block_steps_saves_and_loads() =>
        Assert.Equal("0.8\n", await Script.CSharp(Script.Readme("csharp")[1]));

    [Fact]
    public async Task The_readmes_block_of_plans_prints_what_it_says() =>
        Assert.Equal("step 1, norm 3.317\n3.969838\n", await Script.CSharp(Script.Readme("csharp")[2]));

    [Fact]
    public async Task The_readmes_block_of_a_large_model_prints_what_it_says() =>
        Assert.Equal("9.4868 -0.0010\n", await Script.CSharp(Script.Readme("csharp")[4]));

    [Fact]
    public async Task The_readmes_block_of_a_run_prints_what_it_says() =>
        Assert.Equal("10 steps, last loss 2.7378, best 2.7378 at step 10\n0.036\n", await Script.CSharp(Script.Readme("csharp")[3]));

    [Fact]
    public async Task The_page_on_muon_prints_what_it_says() =>
        Assert.Equal(string.Concat(Script.Page("docs/muon.md", "text").SelectMany(block => block).Select(line => line + "\n")),
            await Script.CSharp(Script.Page("docs/muon.md", "csharp").SelectMany(block => block)));
}
