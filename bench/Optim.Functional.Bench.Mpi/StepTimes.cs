using static System.FormattableString;

namespace Optim.Functional.Bench;

/// <summary>A step of AdamW over 16 matrices, 8.4 million floats in all: replicated, sharded, in both orders, with buckets of several
/// sizes; and the state that each process keeps.</summary>
static class StepTimes
{
    const int Matrices = 16, Rows = 512, Columns = 1024, Rounds = 9;

    public static Parameter[] Model() =>
        [.. Enumerable.Range(0, Matrices).Select(k => new Parameter(NDArray.Of(new float[Rows * Columns], Rows, Columns), $"m{k}"))];

    public static void Backward(Parameter[] parameters)
    {
        foreach (var p in parameters) p.Grad ??= NDArray.Of(Enumerable.Repeat(1e-3f, Rows * Columns).ToArray(), Rows, Columns);
    }

    public static void Measure(World world)
    {
        if (world.IsFirst)
            Console.WriteLine("\n| AdamW, 8.4M floats | bucket | step, ms | least, ms | state of rank 0, MB |\n|---|---:|---:|---:|---:|");
        if (world.Size == 1) Row("alone", world);
        else
            foreach (var sharding in Enum.GetValues<Sharding>())
                foreach (var order in Enum.GetValues<SumOrder>()) Row($"sharding {sharding}, order {order}", world.With(sharding, order));
        if (world.Size > 1)
            foreach (var bucket in new[] { 64 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20 })
                Row("sharding None, order Any", world.With(bucket: bucket));
    }

    static void Row(string name, World world)
    {
        var (parameters, samples) = (Model(), new Samples());
        var optimizer = new Optimizer(parameters, new AdamW(), over: world) { Execution = Execution.Default with { Threads = 1 } };
        for (var round = 0; round < Rounds; round++)
        {
            Backward(parameters);
            if (round < 2) optimizer.Step();
            else samples.Time(world, optimizer.Step);
        }
        var bytes = parameters.Sum(p => optimizer.State(p).Slots.Values.Sum(slot => slot.Length * sizeof(float)));
        if (world.IsFirst)
            Console.WriteLine(Invariant($"| {name} | {world.Bucket >> 10} K | {Samples.Ms(samples.Median)} | {Samples.Ms(samples.Least)} ")
                + Invariant($"| {bytes / 1e6:0.0} |"));
    }
}
