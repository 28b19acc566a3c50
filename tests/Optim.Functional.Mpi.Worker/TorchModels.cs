using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>A module of TorchSharp's that several processes train, beside one process that adds up as many batches.</summary>
static class TorchModels
{
    const int Steps = 6;

    public static int Run(World world)
    {
        if (NativeTorch.WhyNot is { } why) throw new NotSupportedException(why);
        set_num_threads(1);
        var faults = 0;
        foreach (var (name, rule) in new (string, IRule)[] { ("AdamW", new AdamW(0.01)), ("Muon and AdamW", Both()) })
            foreach (var sharding in Enum.GetValues<Sharding>())
            {
                var wrong = Differs(world, rule, sharding);
                if (wrong is not null) faults++;
                if (world.IsFirst) Console.WriteLine($"{(wrong is null ? "ok" : "failed")} {name}, sharding {sharding}: {wrong}");
            }
        return faults == 0 ? 0 : 1;
    }

    static IRule Both() => new AdamW(0.01).ClipNorm(1).For(Select.Matrices, new Muon(0.02));

    static string? Differs(World world, IRule rule, Sharding sharding)
    {
        using var many = Model(seed: world.Rank); // those of the first are everyone's
        using var together = many.Optimizer(rule, over: world.With(sharding, SumOrder.Ranks, bucket: 1000));
        for (var step = 0; step < Steps; step++) Step(many, together, step * world.Size + world.Rank);

        using var one = Model(seed: 0);
        using var alone = one.Optimizer(Plan.Of(rule).Accumulate(world.Size));
        for (var batch = 0; batch < Steps * world.Size; batch++) Step(one, alone, batch);

        foreach (var ((name, a), (_, b)) in one.named_parameters().Zip(many.named_parameters()))
            if (!a.data<float>().SequenceEqual(b.data<float>())) return $"rank {world.Rank}: {name} is another than one process's";
        return null;
    }

    /// <summary>One of its layers has a gradient for every second batch only.</summary>
    static void Step(TorchSharp.Modules.Sequential model, TorchOptimizer optimizer, int batch)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad(set_to_none: true);
        var x = arange(24, dtype: ScalarType.Float32).reshape(4, 6).add(batch).sin();
        var hidden = model[0].call(x).relu();
        var loss = (batch % 2 == 0 ? model[1].call(hidden) : hidden).square().mean();
        loss.backward();
        optimizer.step();
    }

    static TorchSharp.Modules.Sequential Model(int seed)
    {
        manual_seed(seed);
        return nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 3));
    }
}
