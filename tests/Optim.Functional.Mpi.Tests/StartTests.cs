namespace Optim.Functional.Tests;

/// <summary>How a job is begun, and what is said where it cannot be.</summary>
[Collection("processes")]
public class StartTests
{
    [Fact]
    public void Without_mpirun_it_is_a_world_of_one_and_says_so()
    {
        var ended = Mpirun.Alone(["world"]);
        Assert.Equal(0, ended.Code);
        Assert.Contains("rank 0 of 1, none; no mpirun has started this process: a world of one", ended.Output);
    }

    [Theory, InlineData("Open MPI"), InlineData("MPICH")]
    public void Each_process_knows_its_rank_and_the_library(string launcher)
    {
        if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
        var ended = Mpirun.All[launcher].Run(2, ["world"]);
        Assert.Equal(0, ended.Code);
        foreach (var rank in new[] { 0, 1 }) Assert.Contains($"rank {rank} of 2, {launcher} ", ended.Output);
    }

    [Fact]
    public void A_launcher_without_its_library_says_what_brings_it()
    {
        var ended = Mpirun.Alone(["world"], ("PMI_SIZE", "2"), (Mpi.Variable, "libmpi-that-is-not-there.so"));
        Assert.Equal(4, ended.Code);
        Assert.Contains("none of libmpi-that-is-not-there.so is found on this machine", ended.Output);
        Assert.Contains("apt-get install openmpi-bin", ended.Output);
    }

    [Fact]
    public void The_library_of_another_launcher_is_refused()
    {
        foreach (var launcher in Mpirun.All.Keys)
            if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
        var ended = Mpirun.All["Open MPI"].Run(2, ["world"], (Mpi.Variable, "libmpich.so.12"));
        Assert.NotEqual(0, ended.Code);
        Assert.Contains("Open MPI's mpirun has started 2 processes, and MPICH 4", ended.Output);
    }

    [Fact]
    public void A_launcher_of_another_version_is_noted()
    {
        Launcher open = new("Open MPI's mpirun", 2, []);
        Assert.Null(open.Note("Open MPI v4.1.4", "mpirun (Open MPI) 4.1.4"));
        var note = open.Note("Open MPI v4.1.4", "mpirun (Open MPI) 5.0.7");
        Assert.Contains("Open MPI v4.1.4, and was started by mpirun (Open MPI) 5.0.7", note);
        Assert.Null(open.Note("Open MPI v4.1.4", null));
    }
}
