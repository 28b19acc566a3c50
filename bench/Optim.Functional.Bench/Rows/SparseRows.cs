using System.Diagnostics;

namespace Optim.Functional.Bench.Rows;

/// <summary>What does a step cost whose gradient names some rows of a table?</summary>
static class SparseRows
{
    const int Rows = 20_000, Columns = 64, Named = 32, Gradients = 16, Steps = 1000, Warm = 20, Times = 20;

    public static Row Row { get; } = new(
        "sparse", $"SparseAdam, {Named} rows of {Rows} x {Columns} float, in place, one thread: the least of {Times} times {Steps} steps", Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        var random = new Random(1);
        var table = new Parameter(NDArray.Of(new float[Rows * Columns], Rows, Columns), "table");
        var optimizer = new Optimizer([table], new SparseAdam()) { Execution = new() { Threads = 1 } };
        var gradients = Enumerable.Range(0, Gradients).Select(_ => Gradient()).ToArray();
        for (var k = 0; k < Warm; k++) Run();
        var (least, before) = (double.MaxValue, GC.GetAllocatedBytesForCurrentThread());
        for (var k = 0; k < Times; k++) least = Math.Min(least, Run());
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        yield return new("a step", least, Target.Max(10)) { Unit = "us" };
        yield return new($"what {Times * Steps} steps allocate", bytes, Target.Max(0)) { Unit = "B" };

        double Run()
        {
            var start = Stopwatch.GetTimestamp();
            for (var k = 0; k < Steps; k++)
            {
                table.Grad = gradients[k % Gradients];
                optimizer.Step();
            }
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Steps;
        }

        NDArray Gradient()
        {
            var rows = new int[1, Named];
            for (var k = 0; k < Named; k++) rows[0, k] = random.Next(Rows);
            return NDArray.Sparse(Noise.Of<float>(Named * Columns, 0.5, (uint)random.Next()), rows, Rows, Columns);
        }
    }
}
