namespace Optim.Functional.Bench.Rows;

/// <summary>Are we faster than libtorch's fused kernels?</summary>
static class AgainstFused
{
    const string Gpt2 = "GPT-2 small";

    public static Row Large { get; } =
        new("fused", "against libtorch's fused kernels: large tensors and whole models, float", MeasureLarge);

    public static Row Small { get; } = new("small", "against libtorch's fused kernels: one small tensor, float", MeasureSmall);

    static IEnumerable<Line> MeasureLarge(Workbench bench) =>
        from data in ((string Name, int[] Lengths)[])[("1e7", [10_000_000]), ("ResNet-50", DataSets.ResNet50), (Gpt2, DataSets.Gpt2)]
        from r in Rules.Fused
        where !bench.Quick || data.Name != Gpt2
        from line in new Against(
            r.Name,
            r.Rule,
            data.Name,
            data.Lengths,
            torch => torch.Fused(r.Kernel, data.Lengths),
            home => Target.Min(home == Home.Arrays ? 1 : 1.2))
        { ShowsLimit = true }.Measure(bench, bench.Threads)
        select line;

    static IEnumerable<Line> MeasureSmall(Workbench bench) =>
        from data in ((string Name, int[] Lengths, double Target)[])[("1e6", [1_000_000], 1.3), ("1e4", [10_000], 4)]
        from r in Rules.Fused
        from line in new Against(
            r.Name,
            r.Rule,
            data.Name,
            data.Lengths,
            torch => torch.Fused(r.Kernel, data.Lengths),
            _ => Target.Min(data.Target))
        { ShowsLimit = true }.Measure(bench, bench.Threads)
        select line;
}
