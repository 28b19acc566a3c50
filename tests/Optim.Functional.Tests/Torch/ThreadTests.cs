using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.TorchFace;

/// <summary>Tests that fill the thread pool, apart from those that count its allocations.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public class ThreadTests
{
    static readonly Execution Small = new() { Threads = 4, SerialUpTo = 0, ChunkLength = 32 };

    static string Run(string rule, Execution how)
    {
        var optimizer = new Optimizer([Face.Single("a", 777), Face.Single("b", 3, 100)], Face.Rule(rule)) { Execution = how };
        for (var t = 0; t < Sizes.Steps; t++) Face.Step(optimizer, t);
        return Face.Snapshot(optimizer);
    }

    [Fact]
    public void Optimizers_that_step_at_the_same_time_do_not_disturb_each_other()
    {
        string[] rules = ["Adam", "RMSprop", "Adam", "Rprop"];
        var alone = rules.Select(rule => Run(rule, new() { Threads = 1 })).ToArray();
        var together = new string[rules.Length];
        OwnThread.Run([.. rules.Select((rule, i) => (Action)(() => together[i] = Run(rule, Small)))]);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void The_largest_chunk_length_is_one_chunk() =>
        Assert.Equal(
            Run("Adam", new() { Threads = 1 }),
            Run(
                "Adam",
                new() { Threads = 4, SerialUpTo = 0, ChunkLength = int.MaxValue }));

    [Fact]
    public void A_thread_may_step_many_optimizers_in_turn()
    {
        Optimizer[] Make() =>
            [.. Registry.All.Where(r => !r.ClosureDriven)
                .Select(r => new Optimizer([Face.Double(Face.Rule(r.Name), "a", 130)], Face.Rule(r.Name)))];
        var (shared, serial) = (Make(), Make());
        foreach (var o in shared) o.Execution = Small;
        for (var t = 0; t < 20; t++)
            foreach (var o in shared.Concat(serial)) Face.Step(o, t);
        Assert.Equal(serial.Select(Face.Snapshot), shared.Select(Face.Snapshot));
    }
}
