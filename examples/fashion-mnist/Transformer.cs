using Optim.Functional;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace FashionMnist;

/// <summary>One step over parameters of the shapes of GPT-2 small, 124 million, by both optimizers in turn, over the same memory.</summary>
static class Transformer
{
    const int Vocabulary = 50257, Context = 1024, Width = 768, Layers = 12;

    /// <summary>Bytes that a step of Adam moves at least: θ, m and v read and written, g read, of 4 bytes each.</summary>
    const double BytesPerElement = 7 * 4;

    static IEnumerable<(string Name, long[] Shape)> Shapes()
    {
        yield return ("wte.weight", [Vocabulary, Width]);
        yield return ("wpe.weight", [Context, Width]);
        for (var l = 0; l < Layers; l++)
            foreach (var (name, shape) in Block()) yield return ($"h.{l}.{name}", shape);
        foreach (var shape in Norm("ln_f")) yield return shape;

        static IEnumerable<(string, long[])> Norm(string name) => [($"{name}.weight", [Width]), ($"{name}.bias", [Width])];

        static IEnumerable<(string, long[])> Linear(string name, long inputs, long outputs) =>
            [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

        static IEnumerable<(string Name, long[] Shape)> Block() =>
        [
            .. Norm("ln_1"), .. Linear("attn.c_attn", Width, 3 * Width), .. Linear("attn.c_proj", Width, Width),
            .. Norm("ln_2"), .. Linear("mlp.c_fc", Width, 4 * Width), .. Linear("mlp.c_proj", 4 * Width, Width),
        ];
    }

    public static int Run(Settings settings)
    {
        (string name, TorchParameter parameter)[] parameters =
            [.. Shapes().Select(s => (s.Name, new TorchParameter(randn(s.Shape).mul_(0.02f))))];
        foreach (var (_, p) in parameters) p.grad = randn(p.shape).mul_(1e-3f);
        var count = parameters.Sum(p => p.parameter.numel());
        Console.WriteLine($"{count:N0} parameters in {parameters.Length} tensors; {settings.Rounds} rounds, ms");
        Console.WriteLine(
            "| optimizer | TorchSharp's, least | median | ours, least | median | ratio of the least | of the medians | GB/s |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        var all = parameters.Select(p => p.parameter).ToArray();
        Row("Adam", () => optim.Adam(all, 1e-5), () => TorchOptimizer.Of([new(parameters)], new Adam(Lr: 1e-5)));
        Row("AdamW", () => optim.AdamW(all, 1e-5, weight_decay: 0.01), () => TorchOptimizer.Of([new(parameters)], new AdamW(Lr: 1e-5)));
        SmallTensors.Run(settings);
        return 0;

        void Row(string name, Func<optim.Optimizer> theirs, Func<optim.Optimizer> ours)
        {
            using optim.Optimizer their = theirs(), our = ours();
            var times = Clock.Rounds(settings.Rounds, warm: 2, () => { }, () => their.step(), () => our.step());
            var (theirLeast, ourLeast) = (times[0].Min(), times[1].Min());
            var (theirMedian, ourMedian) = (Clock.Median(times[0]), Clock.Median(times[1]));
            Console.WriteLine($"| {name} | {theirLeast:F0} | {theirMedian:F0} | {ourLeast:F0} | {ourMedian:F0} "
                + $"| {theirLeast / ourLeast:F2} | {theirMedian / ourMedian:F2} | {count * BytesPerElement / ourLeast / 1e6:F1} |");
        }
    }
}
