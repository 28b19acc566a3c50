namespace Optim.Functional.Tests;

/// <summary>Counts beyond what one call takes, and what is cut where.</summary>
static class LawsOfTransport
{
    public static IEnumerable<(string, Action<World>)> All =>
    [
        .. from sharding in Enum.GetValues<Sharding>()
           from order in Enum.GetValues<SumOrder>()
           select ($"Buckets of more elements than a call takes have the same bits, sharding {sharding}, order {order}",
               (Action<World>)(world => Long(world, sharding, order))),
        ("Each process has its share of the state, to a chunk", Shares),
        ("Whole parameters are dealt out by cost", Dealt),
        ("Parameters are those of rank 0 from the start", world =>
        {
            Model<double> first = new(), own = new(1 + world.Rank);
            _ = new Optimizer(own.Parameters, new AdamW(), over: world);
            Checks.Same(first.Values, own.Values);
        }),
        ("A mean is that of all processes", world =>
            Checks.Holds(world.Mean(world.Rank) == (world.Size - 1) / 2.0, $"{world.Mean(world.Rank)}")),
    ];

    static void Long(World world, Sharding sharding, SumOrder order)
    {
        var wanted = Run(1 << 30);
        Checks.Same(wanted, Run(10_007));

        (string, float[])[] Run(int most)
        {
            Bucket<float>.Most = most;
            var model = new Model<float>();
            var optimizer = new Optimizer(model.Parameters, new AdamW().ClipNorm(1), over: world.With(sharding, order));
            for (var step = 0; step < 2; step++)
            {
                model.Backward(step * world.Size + world.Rank);
                // In any order the sums' last bits are the library's affair, which sees other counts: so they are of whole numbers.
                foreach (var p in model.Parameters)
                    foreach (ref var g in p.Grad!.As<float>().Span) g = MathF.Round(100 * g);
                optimizer.Step();
            }
            Bucket<float>.Most = 1 << 30;
            return [.. model.Values];
        }
    }

    static void Shares(World world)
    {
        const int Long = 1_000_000, Chunk = 32768;
        Parameter[] parameters = [new(new float[Long], "a"), new(new float[Long], "b"), new(new float[10], "c")];
        var optimizer = new Optimizer(parameters, new AdamW(), over: world.With(Sharding.State));
        foreach (var p in parameters) p.Grad = new float[p.Value.Length];
        optimizer.Step();
        var own = parameters.Sum(p => optimizer.State(p).Slots["exp_avg"].Length);
        var fair = (2 * Long + 10) / world.Size;
        Checks.Holds(Math.Abs(own - fair) <= 2 * Chunk, $"{own} elements of state, wanted about {fair}");
        Checks.Holds(world.Mean(own) * world.Size == 2 * Long + 10, "not all of it is somewhere");
    }

    static void Dealt(World world)
    {
        Parameter[] parameters = [.. Enumerable.Range(0, 8).Select(k => new Parameter(NDArray.Of(new float[64 * 64], 64, 64), $"m{k}"))];
        var optimizer = new Optimizer(parameters, new Muon(), over: world.With(Sharding.State));
        foreach (var p in parameters) p.Grad = NDArray.Of(Enumerable.Repeat(1f, 64 * 64).ToArray(), 64, 64);
        optimizer.Step();
        var own = parameters.Count(p => optimizer.State(p).Exists);
        Checks.Holds(own >= 8 / world.Size && own <= (8 + world.Size - 1) / world.Size, $"{own} of 8 matrices");
    }
}
