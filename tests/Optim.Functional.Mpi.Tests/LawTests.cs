namespace Optim.Functional.Tests;

/// <summary>The worker's checks on 1 to 4 processes. artifacts/mpi.txt says how many there were on each.</summary>
[Collection("processes")]
public class LawTests
{
    public static TheoryData<string, int> Worlds =>
        [.. from launcher in Mpirun.All.Keys from ranks in new[] { 2, 3, 4 } select (launcher, ranks)];

    [Theory, MemberData(nameof(Worlds))]
    public void Steps_by_processes_are_those_of_one(string launcher, int ranks)
    {
        if (Mpirun.Missing(launcher) is { } why)
        {
            Summary.Add($"MPI: left out on {ranks} ranks: {why}");
            Assert.Skip(why);
        }
        Passed(Mpirun.All[launcher].Run(ranks, ["checks"]), $"on {ranks} ranks, {launcher}");
    }

    [Fact]
    public void A_world_of_one_needs_no_MPI() => Passed(Mpirun.Alone(["checks"]), "in a world of one");

    static void Passed(Ended ended, string where)
    {
        var passed = ended.Lines.Count(line => line.Contains("ok "));
        Summary.Add($"MPI: {passed} laws hold {where} ({ended.After.TotalSeconds:0} s)");
        Assert.True(ended.Code == 0, $"{where}, the worker ended with {ended.Code} after {ended.After}:\n"
            + string.Join('\n', ended.Lines.Where(line => !line.StartsWith("ok "))));
        Assert.Equal(Checks.Count, passed);
    }
}

/// <summary>What was checked on how many processes, for ./build.sh test to print.</summary>
static class Summary
{
    static readonly Lock one = new();

    static readonly string file = Path.Combine(Repository.Root, "artifacts", "mpi.txt");

    static Summary()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);
    }

    public static void Add(string line)
    {
        lock (one) File.AppendAllLines(file, [line]);
    }
}
