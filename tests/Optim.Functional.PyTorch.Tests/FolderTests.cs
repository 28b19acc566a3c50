using Optim.Functional.PyTorch;
using Optim.Functional.PyTorch.Endurance;

namespace Optim.Functional.Tests.Files;

/// <summary>The last saves of a run, and what is left when one is interrupted.</summary>
public sealed class FolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Dictionary<string, object?> Content(long step) => new() { ["step"] = step, ["w"] = new float[] { step } };

    [Fact]
    public void The_last_saves_stay_and_the_newest_is_opened()
    {
        var saves = new CheckpointFolder(folder.Root, keep: 2);
        Assert.Null(saves.OpenLatest());
        foreach (var step in new long[] { 5, 10, 1_000_000_000_000, 7 }) saves.Save(step, Content(step));
        Assert.Equal(["step-000000010.pt", "step-1000000000000.pt"], folder.Names);
        using var last = saves.OpenLatest(out var skipped);
        Assert.Equal((1_000_000_000_000L, 0), (last!["step"], skipped.Count));
    }

    [Fact]
    public void A_newest_save_that_is_damaged_is_passed_over_and_told()
    {
        var saves = new CheckpointFolder(folder.Root);
        for (var step = 1L; step <= 3; step++) saves.Save(step, Content(step));
        File.WriteAllBytes(saves.Files[0], File.ReadAllBytes(saves.Files[0])[..100]);
        File.WriteAllBytes(saves.Files[1], []);
        using var last = saves.OpenLatest(out var skipped);
        Assert.Equal(1L, last!["step"]);
        Assert.Equal(2, skipped.Count);
        Assert.Contains("has no end of one", skipped[0]);
        Assert.Contains("it has 0 bytes", skipped[1]);
    }

    [Fact]
    public void What_an_interrupted_save_left_goes_with_the_next_and_nothing_else_does()
    {
        foreach (var name in new[] { "step-000000003.pt.abcdefgh.ijk.tmp", "other.tmp", "notes.txt", "step-000000001.pt" })
            folder.Write(name, [1]);
        var isLocked = folder.Path("step-000000004.pt.abcdefgh.abc.tmp");
        using (new FileStream(isLocked, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            new CheckpointFolder(folder.Root).Save(5, Content(5));
            Assert.Equal(["notes.txt", "other.tmp", "step-000000001.pt", Path.GetFileName(isLocked), "step-000000005.pt"], folder.Names);
        }
        new CheckpointFolder(folder.Root).Save(6, Content(6));
        Assert.False(File.Exists(isLocked));
    }

    [Fact]
    public void A_save_that_fails_leaves_the_ones_before_it_and_nothing_beside_them()
    {
        var saves = new CheckpointFolder(folder.Root);
        saves.Save(1, Content(1));
        Assert.Throws<ArgumentException>(() => saves.Save(1, new Dictionary<string, object?> { ["x"] = new Version(1, 0) }));
        Assert.Throws<InvalidOperationException>(() => WholeFile.Write(folder.Path("step-000000001.pt"), stream =>
        {
            stream.Write([1, 2, 3]);
            throw new InvalidOperationException();
        }));
        Assert.Equal(["step-000000001.pt"], folder.Names);
        using var last = saves.OpenLatest();
        Assert.Equal(1L, last!["step"]);
    }

    [Fact]
    public async Task Saves_on_another_thread_come_in_order_and_a_failed_one_does_not_stop_the_next()
    {
        var saves = new CheckpointFolder(folder.Root, keep: 3);
        var first = saves.SaveInBackground(1, Content(1));
        var wrong = saves.SaveInBackground(2, new Dictionary<string, object?> { ["x"] = new Version(1, 0) });
        var third = saves.SaveInBackground(3, Content(3));
        Assert.EndsWith("step-000000003.pt", await third);
        Assert.True(first.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ArgumentException>(() => wrong);
        Assert.Equal(["step-000000001.pt", "step-000000003.pt"], folder.Names);
    }

    [Fact]
    public async Task A_state_that_is_saved_in_the_background_is_that_of_the_step_it_was_taken_at()
    {
        var w = new Parameter(new float[200_000], "w") { Grad = new float[200_000] };
        w.Grad.As<float>().Span.Fill(1);
        var optimizer = new Optimizer([w], new SGD(1, Momentum: 0.5));
        optimizer.Step();
        var saves = new CheckpointFolder(folder.Root);
        var copies = new Dictionary<string, object?>
        {
            ["model"] = Params.Of(("w", w.Value)).Copy(),
            ["optimizer"] = optimizer.StateDict(),
        };
        var save = saves.SaveInBackground(1, copies);
        while (!save.IsCompleted) optimizer.Step();
        await save;
        using var file = saves.OpenLatest()!;
        Assert.All(file.ToParams("model")["w"].As<float>().ToArray(), x => Assert.Equal(-1, x));
        Assert.All(file.ToStateDict().State[0]["momentum_buffer"] is NDArray<float> m ? m.ToArray() : [], x => Assert.Equal(1, x));
    }

    [Theory]
    [InlineData(0, ".pt", "keep: got 0"), InlineData(1, ".txt", "says no format")]
    public void A_folder_that_cannot_be_kept_so_is_refused(int keep, string ending, string told) =>
        Assert.Contains(told, Assert.ThrowsAny<ArgumentException>(() => new CheckpointFolder(folder.Root, keep, ending)).Message);

    /// <summary>The program's own loop, in short: docs/pytorch-files.md has it in full.</summary>
    [Fact]
    public void After_a_process_that_saves_was_ended_the_last_good_file_loads()
    {
        var said = new StringWriter();
        Assert.True(Killing.Run(10, seed: 1, said) == 0, said.ToString());
        Assert.Contains("0 damaged under their own name, 0 times nothing to go on from; after the next save 0 are left", said.ToString());
    }
}
