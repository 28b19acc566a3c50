using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional.Bench.Rows;

/// <summary>Does a step take longer than its arrays need to pass through the processor?</summary>
static class MemoryYardstick
{
    const int Length = 10_000_000;

    public static Row Row { get; } =
        new("memory-yardstick", "every elementwise rule against a plain loop over as many streams, which is no limit, 1e7 elements", Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        foreach (var (name, rule) in Rules.Elementwise)
            foreach (var line in Both<float>(bench, name, rule)) yield return line;
        foreach (var (name, rule) in Rules.Elementwise)
            if (!bench.Quick || rule is AdamW)
                foreach (var line in Both<double>(bench, name, rule)) yield return line;
    }

    static IEnumerable<Line> Both<T>(Workbench bench, string name, IElementwiseRule rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Workbench.Collect();
        var model = new Model<T>([Length], rule);
        var streams = model.Streams(0);
        double bytes = Yardstick.Bytes<T>(streams.Length);
        foreach (var threads in bench.Threads)
        {
            model.Threads = threads;
            var time = Duel.Run(bench.Pace, new(model.Step, model.Flip), new(Yardstick.Pass(streams, threads), model.Flip));
            yield return new(
                $"{name}, {(Unsafe.SizeOf<T>() == 4 ? "float" : "double")}, {Line.Threads(threads)}",
                time.Ratio(1, 0),
                Target.Min(0.95))
            {
                Ours = $"{Line.Number(time.Of(0) / Length)} ns/el",
                Theirs = $"{Line.Number(time.Of(1) / Length)} ns/el",
                Traffic = bytes * Length / time.Of(0),
                Rounds = time.Kept,
                Note = Line.Health(model.Normal),
            };
        }
    }
}
