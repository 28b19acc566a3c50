using System.Diagnostics;
using static System.FormattableString;

namespace Optim.Functional.Bench;

/// <summary>How much of the exchange is hidden behind a backward pass that hands each gradient over as it is made.</summary>
static class Overlaps
{
    const int Rounds = 7;

    public static void Measure(World world)
    {
        if (world.IsFirst)
            Console.WriteLine(
                "\n| backward, ms | exchange, ms | at the step, ms | handed over early, ms | hidden |\n|---:|---:|---:|---:|---:|");
        foreach (var ms in new[] { 20.0, 60.0, 120.0 }) Row(world, ms);
    }

    static void Row(World world, double ms)
    {
        var parameters = StepTimes.Model();
        var how = Execution.Default with { Threads = 1 };
        var together = new Optimizer(parameters, new AdamW(), over: world) { Execution = how };
        var own = StepTimes.Model();
        var alone = new Optimizer(own, new AdamW()) { Execution = how };
        Samples none = new(), late = new(), early = new();
        StepTimes.Backward(parameters);
        StepTimes.Backward(own);
        for (var round = 0; round < Rounds; round++)
        {
            none.Time(world, () => Pass(alone, own, null));
            late.Time(world, () => Pass(together, parameters, null));
            early.Time(world, () => Pass(together, parameters, world));
        }
        var (exchange, saved) = (late.Median - none.Median, late.Median - early.Median);
        if (world.IsFirst)
            Console.WriteLine(Invariant($"| {ms} | {Samples.Ms(exchange)} | {Samples.Ms(late.Median)} | {Samples.Ms(early.Median)} ")
                + Invariant($"| {saved / exchange:P0} |"));

        void Pass(Optimizer optimizer, Parameter[] of, World? ready)
        {
            foreach (var p in of.Reverse())
            {
                Work(ms / of.Length);
                ready?.Ready(p);
            }
            optimizer.Step();
        }
    }

    /// <summary>Arithmetic in cache, as a matrix product is, for so long.</summary>
    static void Work(double ms)
    {
        var (x, sum, start) = (new float[4096], 0f, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < ms)
            for (var i = 0; i < x.Length; i++) sum = MathF.FusedMultiplyAdd(x[i], 1.5f, sum);
        GC.KeepAlive(sum);
    }
}
