using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Lift;

public class AllocationTests
{
    [Theory, MemberData(nameof(Variants.Names), MemberType = typeof(Variants))]
    public void A_step_in_place_allocates_nothing(string name)
    {
        var rule = Variants.Get(name);
        var parameters = Enumerable.Range(0, 20).Select(i => new Parameter(NDArray.Of(new float[2 * i], Face.Shape(rule, 2 * i))))
            .ToArray();
        foreach (var p in parameters) p.Grad = Face.Taken(rule, p.Value.NewLike(1));
        var optimizer = new Optimizer(parameters, rule) { Execution = new() { Threads = 1 } };
        Assert.Equal(0, Bytes(optimizer));
    }

    [Fact]
    public void A_step_in_place_on_two_threads_allocates_nothing_on_the_callers()
    {
        Parameter[] parameters = [new(new float[Sizes.Some]) { Grad = new float[Sizes.Some] }];
        Assert.Equal(
            0,
            Bytes(
                new Optimizer(parameters, new Adam())
                {
                    Execution = new() { Threads = 2, SerialUpTo = 0, ChunkLength = Sizes.Some / 12 },
                }));
    }

    [Fact]
    public void Parameters_at_different_step_counts_allocate_nothing_either()
    {
        var parameters = Enumerable.Range(0, 20).Select(_ => new Parameter(new double[30])).ToArray();
        var optimizer = new Optimizer(parameters, new AdamW());
        foreach (var p in parameters) { p.Grad = new double[30]; optimizer.Step(); }
        Assert.Equal(0, Bytes(optimizer));
    }

    /// <summary>The least of several rounds: in a single one the pool's own queue may grow, which is not the step's doing.</summary>
    internal static long Bytes(Optimizer optimizer)
    {
        for (var i = 0; i < 40; i++) optimizer.Step();
        return Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) optimizer.Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }
}
