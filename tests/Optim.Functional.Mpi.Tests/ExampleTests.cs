using System.Text.RegularExpressions;

namespace Optim.Functional.Tests;

/// <summary>The example, as a reader would build and start it.</summary>
[Collection("processes")]
public sealed class ExampleTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("optim-example-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_example_finds_its_plane_in_each_number_of_processes()
    {
        var example = Path.Combine(Repository.Root, "examples", "10-distributed.cs");
        var built = Mpirun.Run("dotnet", ["build", example, "-c", "Release", "-o", folder, "-nologo", "-v", "quiet"], []);
        Assert.True(built.Code == 0, built.Output);
        var program = Path.Combine(folder, "10-distributed.dll");
        Found(Mpirun.Run("dotnet", [program], []), "rank 0 of 1");
        foreach (var (name, launcher) in Mpirun.All)
            if (Mpirun.Missing(name) is null) Found(launcher.RunProgram(3, program, []), "rank 0 of 3");
    }

    [Theory, InlineData("Open MPI"), InlineData("MPICH")]
    public void A_module_of_TorchSharps_is_trained_by_processes_as_by_one_that_adds_up_as_many_batches(string launcher)
    {
        if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
        var ended = Mpirun.All[launcher].Run(3, ["torch"]);
        Assert.SkipWhen(ended.Code == 4, Regex.Match(ended.Output, "libtorch.*").Value);
        Assert.True(ended.Code == 0, ended.Output);
        Assert.Equal(6, ended.Lines.Count(line => line.Contains("ok ") && line.Contains(", sharding ")));
    }

    static void Found(Ended ended, string where)
    {
        Assert.True(ended.Code == 0, ended.Output);
        Assert.Contains(where, ended.Output);
        Assert.Contains("W = 3.000 -2.000, b = 1.000", ended.Output);
        Assert.Contains("400 steps: 2 parameters have a state", ended.Output);
    }
}
