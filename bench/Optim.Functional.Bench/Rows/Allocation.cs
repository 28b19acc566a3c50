namespace Optim.Functional.Bench.Rows;

/// <summary>Does a step in place allocate?</summary>
static class Allocation
{
    const int Warm = 2, Steps = 100, Times = 3;

    public static Row Row { get; } =
        new(
            "allocation",
            $"bytes that {Steps} steps in place allocate, float: on all threads, the least of {Times} times",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        foreach (var (name, rule) in ((string, IRule)[])[("AdamW", new AdamW()), ("SGD momentum", new SGD(1e-3, Momentum: 0.9))])
            foreach (var (count, length) in ((int, int)[])[(1, 1_000_000), (161, 10_000), (1000, 1000)])
                foreach (var threads in bench.Threads)
                {
                    var model = new Model<float>(DataSets.Many(count, length), rule, threads);
                    for (var t = 0; t < Warm; t++) model.Step();
                    // Now and then the pool starts or ends a thread of its own, which allocates; what steps allocate is there every time.
                    var times = Enumerable.Range(0, Times).Select(_ => Bytes(model)).ToArray();
                    yield return new($"{name}, {count} x {length}, {Line.Threads(threads)}", times.Min(b => b.All), Target.Max(0))
                    {
                        Unit = "B",
                        Note =
                            string.Join(", ", times.Select(b => b.All))
                            + $"; on the calling thread {string.Join(", ", times.Select(b => b.Mine))}",
                    };
                }
    }

    static (long Mine, long All) Bytes(Model<float> model)
    {
        var (mine, all) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
        for (var t = 0; t < Steps; t++) model.Step();
        return (GC.GetAllocatedBytesForCurrentThread() - mine, GC.GetTotalAllocatedBytes(precise: true) - all);
    }
}
