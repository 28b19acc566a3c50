namespace Optim.Functional.Tests;

/// <summary>optim train --distributed, as a user starts it.</summary>
[Collection("processes")]
public sealed class ToolTests : IDisposable
{
    static readonly string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    static readonly string tool =
        Path.Combine(Repository.Root, "src", "Optim.Functional.Cli", "bin", configuration, "net10.0", "optim.dll");

    readonly string folder = Directory.CreateTempSubdirectory("optim-tool-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, InlineData("Open MPI", 4, "none"), InlineData("MPICH", 3, "state")]
    public void Training_by_processes_that_are_killed_and_resumed_ends_as_one_process_does(string launcher, int ranks, string sharding)
    {
        if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
        Assert.SkipUnless(File.Exists(tool), $"{tool} is not built");
        const int Epochs = 40;
        string[] options = ["--batch", "8", "--lr", "0.01", "--epochs", $"{Epochs}"];
        var one = Mpirun.Run("dotnet", [tool, "train", "--accumulate", $"{ranks}", .. options, "--plot", In("one.png")], []);
        Assert.Equal(0, one.Code);
        string[] together = ["train", "--distributed", "--sharding", sharding, "--save", In("run.json")];
        var mpirun = Mpirun.All[launcher];

        var killed = mpirun.RunProgram(ranks, tool, [.. together, .. options, "--plot", In("a.png")], until: $"epoch 6/{Epochs}");
        Assert.NotEqual(0, killed.Code);
        Assert.DoesNotContain($"epoch {Epochs}/{Epochs}", killed.Output);
        var resumed = mpirun.RunProgram(ranks, tool, [.. together, "--resume", In("run.json"), "--plot", In("b.png")]);
        Assert.True(resumed.Code == 0, resumed.Output);
        Assert.Contains("resumed after epoch ", resumed.Output);
        Assert.Equal(Last(one), Last(resumed));

        string In(string name) => Path.Combine(folder, name);

        // By the first process alone.
        static string Last(Ended ended) => Assert.Single(ended.Lines, line => line.StartsWith($"after epoch {Epochs}: "));
    }

    [Theory, InlineData("Open MPI"), InlineData("MPICH")]
    public void What_processes_have_written_becomes_one_file_of_PyTorchs(string launcher)
    {
        if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
        Assert.SkipUnless(File.Exists(tool), $"{tool} is not built");
        var shards = Path.Combine(folder, "shards");
        Directory.CreateDirectory(shards);
        Assert.Equal(0, Mpirun.All[launcher].Run(3, ["train", shards, "2", "state"]).Code);
        var file = Path.Combine(folder, "run.pt");
        var converted = Mpirun.Run("dotnet", [tool, "convert", shards, file], []);
        Assert.True(converted.Code == 0, converted.Output);
        var inspected = Mpirun.Run("dotnet", [tool, "inspect", file], []);
        Assert.Matches(@"optimizer\.state\.0\.exp_avg +float32", inspected.Output);
        var state = ShardedState.Read(shards);
        foreach (var name in state.Parameters.Names) Assert.Contains($"model.{name} ", inspected.Output);
        Assert.Equal(0, Mpirun.Run("dotnet", [tool, "diff", shards, file], []).Code);
    }

    [Fact]
    public void Without_mpirun_it_trains_as_one_process_and_says_so()
    {
        Assert.SkipUnless(File.Exists(tool), $"{tool} is not built");
        var ended = Mpirun.Run("dotnet", [tool, "train", "--distributed", "--epochs", "1", "--plot", Path.Combine(folder, "p.png")], []);
        Assert.Equal(0, ended.Code);
        Assert.Contains("no mpirun has started this process: a world of one", ended.Output);
    }
}
