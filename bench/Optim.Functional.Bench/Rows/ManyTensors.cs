namespace Optim.Functional.Bench.Rows;

/// <summary>What does a step cost where the tensors are many and small?</summary>
static class ManyTensors
{
    const int Count = 1000, StepsInOneCall = 20;

    public static Row Row { get; } =
        new("many-tensors", "against libtorch's fused kernels with their step counters: 1000 tensors, one thread, float", Measure);

    /// <summary>A call from .NET hands libtorch its lists of tensors.
    /// The lines that make many steps in one call show libtorch without that.</summary>
    /// <remarks>The target is of kernels with step counters: libtorch's SGD has none, and is shown without a target.</remarks>
    static IEnumerable<Line> Measure(Workbench bench) =>
        from data in ((int Length, double Target)[])[(1000, 10), (10, 100)]
        let lengths = DataSets.Many(Count, data.Length)
        from r in Rules.Fused
        from steps in (int[])[1, StepsInOneCall]
        from line in new Against(
            r.Name + (steps > 1 ? ", libtorch alone" : ""),
            r.Rule,
            $"{Count} x {data.Length}",
            lengths,
            torch => torch.Fused(r.Kernel, lengths, steps),
            _ => steps > 1 || r.Rule is SGD ? null : Target.Min(data.Target))
        {
            Homes = steps > 1 ? [Home.Arrays] : Everywhere.Homes,
            PeerSteps = steps,
            ShowsLimit = steps == 1 && data.Length >= 1000,
        }.Measure(bench, 1)
        select line;
}
