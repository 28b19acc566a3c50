namespace Optim.Functional.Bench.Rows;

/// <summary>Are we faster than what a .NET program uses today?</summary>
static class AgainstTorchSharp
{
    public static Row Row { get; } = new("torchsharp", "against TorchSharp's own optimizers, float", Measure);

    static readonly IElementwiseRule[] Rules =
    [
        new Adam(),
        new AdamW(),
        new SGD(1e-3, Momentum: 0.9),
        new Adagrad(),
        new RMSprop(),
        new Adadelta(),
        new Rprop(),
    ];

    static IEnumerable<Line> Measure(Workbench bench) =>
        from data in ((string Name, int[] Lengths, double Target, double OfSgd)[])
            [("1e7", [10_000_000], 8, 8), ("ResNet-50", DataSets.ResNet50, 4, 2.5), ("1000 x 1000", DataSets.Many(1000, 1000), 60, 60)]
        from rule in Rules
        where !bench.Quick || rule is SGD || rule.GetType() == typeof(Adam)
        from line in new Against(
            rule is SGD ? "SGD momentum" : rule.Name,
            rule,
            data.Name,
            data.Lengths,
            torch => torch.Own(rule.Name, data.Lengths),
            _ => Target.Min(rule is SGD ? data.OfSgd : data.Target))
        { Homes = [Home.Arrays] }.Measure(bench, bench.Quick ? [bench.Threads[^1]] : bench.Threads)
        select line;
}
