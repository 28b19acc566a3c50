using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>What a user has is written over only where that is asked for.</summary>
public sealed class OverwriteTests : IDisposable
{
    const string Old = "old";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("train --plot @train.png", "train.png", "--plot: ")]
    [InlineData("train --out @", "train.png", "--out: ")]
    [InlineData("train --plot @new.png --trace @run.html", "run.html", "--trace: ")]
    [InlineData("schedule Cosine(10) --png @schedule.png", "schedule.png", "--png: ")]
    [InlineData("race --out @", "race-losses.png", "--out: ")]
    [InlineData("race --out @", "race-paths.png", "--out: ")]
    [InlineData("train --save @run.json --plot @new.png", "run.json", "--save: ")]
    [InlineData("train --save @run.json --plot @new.png --overwrite=false", "run.json", "--resume ")]
    public void A_file_that_is_there_is_refused_before_the_work_and_stays(string line, string file, string told)
    {
        File.WriteAllText(shell.Path(file), Old);
        var refusal = shell.Refusal(line);
        Assert.Contains(told, refusal);
        Assert.Contains("is there already", refusal);
        Assert.Contains("--overwrite", refusal);
        Assert.Equal(Old, File.ReadAllText(shell.Path(file)));
        Assert.Equal([file], shell.Files);
    }

    [Theory]
    [InlineData("train --epochs 1 --plot @train.png --save @run.json --overwrite")]
    [InlineData("train --epochs 1 --plot @train.png --save @run.json --overwrite=true")]
    public void With_overwrite_it_is_written_over(string line)
    {
        foreach (var file in (string[])["train.png", "run.json"]) File.WriteAllText(shell.Path(file), Old);
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.All((string[])["train.png", "run.json"], file => Assert.True(new FileInfo(shell.Path(file)).Length > Png.LeastLength));
    }

    [Fact]
    public void A_picture_whose_place_nobody_chose_gets_the_next_free_name()
    {
        Directory.CreateDirectory(Pictures.Folder);
        var first = Pictures.Places(null, overwrite: false, "door-a", "door-b");
        try
        {
            File.WriteAllText(first[1], Old);
            var next = Pictures.Places(null, overwrite: false, "door-a", "door-b");
            Assert.Equal([Path.Combine(Pictures.Folder, "door-a-2.png"), Path.Combine(Pictures.Folder, "door-b-2.png")], next);
            Assert.Equal(first, Pictures.Places(null, overwrite: true, "door-a", "door-b"));
        }
        finally { File.Delete(first[1]); }
    }

    [Fact]
    public void A_run_that_goes_on_writes_over_its_own_save_file()
    {
        Assert.Equal(Tool.Done, shell.Run("train --epochs 1 --save @run.json --plot @p.png").Code);
        Assert.Equal(Tool.Done, shell.Run("train --resume @run.json --epochs 2 --save @run.json --plot @q.png").Code);
        Assert.Contains("is there already", shell.Refusal("train --epochs 1 --save @run.json --plot @r.png"));
    }

    [Fact]
    public void Overwrite_is_true_or_false() => Assert.Contains("wanted true or false", shell.Refusal("race --overwrite=maybe"));
}
