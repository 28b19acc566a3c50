using Optim.Functional;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace FashionMnist;

/// <summary>What it costs to find a parameter and its gradient: many tensors of a few elements, whose steps are next to nothing.</summary>
static class SmallTensors
{
    const int Count = 1000, Length = 10, Warm = 20;

    public static void Run(Settings settings)
    {
        TorchParameter[] theirs = Parameters(), ours = Parameters();
        Tensor[][] gradients = [.. Enumerable.Range(0, 2).Select(_ => Parameters().Select(p => p.detach()).ToArray())];
        Parameter[] arrays = [.. ours.Select(_ => new Parameter(new float[Length]) { Grad = new float[Length] })];
        using var their = optim.AdamW(theirs, 1e-5, weight_decay: 0.01);
        using var our = TorchOptimizer.Of([new(ours)], new AdamW(Lr: 1e-5));
        var plain = new Optimizer(arrays, new AdamW(Lr: 1e-5));
        Console.WriteLine($"\nAdamW over {Count} tensors of {Length}: microseconds a tensor, the median of {settings.Rounds * 5} rounds");
        Console.WriteLine("| gradients | TorchSharp's | ours | ours over arrays |");
        Console.WriteLine("|---|---:|---:|---:|");
        var turn = 0;
        Row("stay where they are", () => { });
        Row("come at another address each step", () => Give(gradients[turn++ % 2]));

        void Row(string name, Action before)
        {
            Give(gradients[0]);
            var times = Clock.Rounds(settings.Rounds * 5, Warm, before, () => their.step(), () => our.step(), plain.Step);
            Console.WriteLine($"| {name} | {string.Join(" | ", times.Select(t => $"{Clock.Median(t) * 1000 / Count:F3}"))} |");
        }

        void Give(Tensor[] these)
        {
            foreach (var (p, g) in theirs.Zip(these)) p.grad = g;
            foreach (var (p, g) in ours.Zip(these)) p.grad = g;
        }
    }

    static TorchParameter[] Parameters() => [.. Enumerable.Range(0, Count).Select(_ => new TorchParameter(randn(Length)))];
}
