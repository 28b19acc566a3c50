using System.Globalization;

namespace Optim.Functional.Tests;

/// <summary>Processes that end in the middle: the job ends within seconds, says whose fault it was, and goes on bit for bit from its last
/// whole state. OPTIM_KILLS says how often; 50 were run for docs/distributed.md.</summary>
[Collection("processes")]
public class DeathTests
{
    const int Steps = 6, Ranks = 3;

    /// <summary>After a death; seconds on a machine that does nothing else.</summary>
    static readonly TimeSpan soon = TimeSpan.FromSeconds(20);

    static readonly int kills = int.TryParse(Environment.GetEnvironmentVariable("OPTIM_KILLS"), out var n) ? n : 3;

    public static TheoryData<string, string, string> Kills =>
    [
        .. from launcher in Mpirun.All.Keys
           from what in new[] { "kill", "killsave" }
           from sharding in new[] { "none", "state" }
           select (launcher, what, sharding),
    ];

    [Theory, MemberData(nameof(Kills))]
    public void A_killed_process_ends_the_job_which_goes_on_from_its_last_state(string launcher, string what, string sharding)
    {
        Skip(launcher);
        var mpirun = Mpirun.All[launcher];
        using var whole = new Folder();
        var wanted = Digest(mpirun.Run(Ranks, ["train", whole.Path, $"{Steps}", sharding]));
        var (random, named, longest) = (new Random(1), 0, TimeSpan.Zero);
        for (var k = 0; k < kills; k++)
        {
            using var folder = new Folder();
            var (rank, step, after) = (random.Next(Ranks), random.Next(1, Steps - 1), random.Next(0, 6000));
            var killed = mpirun.Run(Ranks, ["train", folder.Path, $"{Steps}", sharding, what, $"{rank}", $"{step}", $"{after}"]);
            var where = $"rank {rank}, step {step}, {after} us";
            var lasted = killed.At - Death(folder);
            Assert.True(killed.Code != 0 && lasted < soon, $"{where}: ended with {killed.Code}, {lasted} after\n{killed.Output}");
            Assert.True(Names(launcher, killed.Output, rank), $"rank {rank} is not named:\n{killed.Output}");
            longest = lasted > longest ? lasted : longest;
            var resumed = mpirun.Run(Ranks, ["train", folder.Path, $"{Steps}", sharding]);
            Assert.True(resumed.Code == 0 && Digest(resumed) == wanted, $"{where}, resumed:\n{resumed.Output}");
            Assert.DoesNotContain("from 0 ", resumed.Output);
            named++;
        }
        Summary.Add($"MPI: {named} of {kills} jobs ended by a death in a {(what == "kill" ? "step" : "save")} went on bit for bit "
            + $"({launcher}, {Ranks} ranks, sharding {sharding}; ended at most {longest.TotalSeconds:0.0} s after it)");
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_run_goes_on_in_other_numbers_of_processes(string launcher, string sharding)
    {
        Skip(launcher);
        var mpirun = Mpirun.All[launcher];
        using Folder whole = new(), changing = new();
        var wanted = Digest(mpirun.Run(3, ["train", whole.Path, $"{Steps}", sharding]));
        foreach (var (ranks, upTo) in new[] { (4, 2), (2, 4), (3, Steps) })
        {
            var part = mpirun.Run(ranks, ["train", changing.Path, $"{upTo}", sharding]);
            Assert.True(part.Code == 0 && part.Output.Contains($"to {upTo}: "), $"{ranks} ranks:\n{part.Output}");
            if (upTo == Steps) Assert.Equal(wanted, Digest(part));
        }
    }

    public static TheoryData<string, string> Ways =>
        [.. from launcher in Mpirun.All.Keys from sharding in new[] { "none", "state" } select (launcher, sharding)];

    /// <summary>When the process ended itself.</summary>
    static DateTime Death(Folder folder) => DateTime.Parse(
        File.ReadAllText(Path.Combine(folder.Path, "death")), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    [Theory]
    [InlineData("throw", "the loss has exploded")]
    [InlineData("exit", "exited with 7")]
    [InlineData("exit0", "exited with 0")]
    [InlineData("kill", "")]
    [InlineData("early", "rank 1 has left")]
    [InlineData("caught", "rank 1 has left")]
    public void Whoever_leaves_alone_is_named(string how, string message)
    {
        foreach (var launcher in Mpirun.All.Keys)
        {
            Skip(launcher);
            var ended = Mpirun.All[launcher].Run(Ranks, ["leave", how]);
            Assert.True(
                ended.Code != 0 && ended.After < 3 * soon, $"{launcher}: ended with {ended.Code} after {ended.After}:\n{ended.Output}");
            Assert.True(Names(launcher, ended.Output, 1), $"{launcher}: rank 1 is not named:\n{ended.Output}");
            if (how != "kill") Assert.Contains(message, ended.Output);
        }
    }

    /// <summary>Hydra ends the others before they can say whose death they have noticed, and names the first process that it
    /// ended.</summary>
    static bool Names(string launcher, string output, int rank) =>
        output.Contains($"rank {rank} ") || (launcher == "MPICH" && output.Contains("BAD TERMINATION"));

    static string Digest(Ended ended) =>
        ended.Lines.LastOrDefault(line => line.Contains($"to {Steps}: "))?.Split(": ")[^1]
        ?? throw new InvalidOperationException($"it ended with {ended.Code}:\n{ended.Output}");

    static void Skip(string launcher)
    {
        if (Mpirun.Missing(launcher) is { } why) Assert.Skip(why);
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("optim-deaths-").FullName;
        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
