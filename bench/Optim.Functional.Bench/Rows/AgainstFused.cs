namespace Optim.Functional.Bench.Rows;

/// <summary>Are we faster than libtorch's fused kernels?</summary>
static class AgainstFused
{
    public static Row Row { get; } = new("fused", "against libtorch's fused kernels: large tensors and whole models, float", Large);

    public static Row Small { get; } = new("small", "against libtorch's fused kernels: one small tensor, float", OneSmall);

    static IEnumerable<Line> Large(Bench bench)
    {
        foreach (var (data, lengths) in ((string, int[])[])[("1e7", [10_000_000]), ("ResNet-50", DataSets.ResNet50), ("GPT-2 small", DataSets.Gpt2)])
            foreach (var (kernel, name, rule) in Rules.Fused)
                if (!bench.Quick || data != "GPT-2 small" || kernel == "AdamW")
                    foreach (var line in Measure(bench, kernel, name, rule, data, lengths, home => Target.Min(home == Home.Arrays ? 1 : 1.2))) yield return line;
    }

    static IEnumerable<Line> OneSmall(Bench bench)
    {
        foreach (var (data, length, target) in ((string, int, double)[])[("1e6", 1_000_000, 1.3), ("1e4", 10_000, 4)])
            foreach (var (kernel, name, rule) in Rules.Fused)
                foreach (var line in Measure(bench, kernel, name, rule, data, [length], _ => Target.Min(target))) yield return line;
    }

    static IEnumerable<Line> Measure(Bench bench, string kernel, string name, IRule rule, string data, int[] lengths, Func<Home, Target> target)
    {
        string Case(int threads, Home home) => $"{name}, {data}, {threads} thread{(threads > 1 ? "s" : "")}, {home.Text()}";
        if (bench.Torch is not { } torch)
        {
            foreach (var home in Homes.All)
                foreach (var threads in bench.Threads) yield return Line.NotMeasured(Case(threads, home), bench.NoTorch, target(home));
            yield break;
        }
        Bench.Collect();
        using var peer = torch.Fused(kernel, lengths);
        double elements = lengths.Sum(n => (long)n);
        foreach (var home in Homes.All)
        {
            var model = home.Missing() is null ? new Model<float>(lengths, rule, home: home) : null;
            foreach (var threads in bench.Threads)
            {
                if (model is null)
                {
                    yield return Line.NotMeasured(Case(threads, home), home.Missing()!, target(home));
                    continue;
                }
                model.Threads = threads;
                var time = Duel.Run(bench.Pace, new(model.Step), new(peer.Step, () => torch.Threads = threads));
                yield return new(Case(threads, home), time.Ratio(1, 0), target(home))
                {
                    Ours = $"{Line.Number(time.Of(0) / elements)} ns/el",
                    Theirs = $"{Line.Number(time.Of(1) / elements)} ns/el",
                    Traffic = lengths.Max() >= 1_000_000 ? Yardstick.Bytes<float>(model.Streams(0).Length) * elements / time.Of(0) : null,
                    Rounds = time.Kept,
                    Note = model.Normal && peer.Normal ? "" : "numbers are not normal: the time is of no use",
                };
            }
        }
    }
}
