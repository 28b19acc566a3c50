using System.Diagnostics;

namespace Optim.Functional.Bench.Rows;

/// <summary>What does it cost that a pure step leaves its arguments alone?</summary>
static class PureSteps
{
    /// <summary>Elements that one call of run steps.
    /// It steps arrays of its own, new ones each time, and where they come to lie makes up to twice the time;
    /// so do the steps in place that it is compared with.</summary>
    const int ElementsInOneRun = 1_000_000_000;

    /// <summary>Pure steps that a sample makes one after another, with the collections that come between them:
    /// a single one meets new pages or none, as the sides before it left the collector.</summary>
    const int InARow = 30;

    public static Row Row { get; } =
        new(
            "pure",
            "pure steps against steps in place, float; of a run its steps from the second on, the first making its own arrays, "
            + "against as many in place over new arrays",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        foreach (var (data, length) in ((string, int)[])[("1e6", 1_000_000), ("1e7", 10_000_000)])
            foreach (var (name, rule) in ((string, IElementwiseRule)[])
                    [("AdamW", new AdamW()), ("SGD momentum", new SGD(1e-3, Momentum: 0.9))])
                foreach (var threads in bench.Threads)
                    if (!bench.Quick || length == 1_000_000)
                        foreach (var line in Measure(bench, rule, length, $"{name}, {data}, {Line.Threads(threads)}", threads))
                            yield return line;
    }

    static IEnumerable<Line> Measure(Workbench bench, IElementwiseRule rule, int length, string what, int threads)
    {
        Workbench.Collect();
        var (how, model) = (new Execution { Threads = threads }, new Model<float>([length], rule, threads));
        Params θ = Params.Of(("", NDArray.Of(Noise.Of<float>(length, 0.5, 2)))),
            g = Params.Of(("", NDArray.Of(Noise.Of<float>(length, 0.1, 1))));
        var (start, none, steps) = (θ, rule.Init(θ), ElementsInOneRun / length);
        var s = none;
        var (begun, second, last) = (0, 0L, 0L);
        Params Begun()
        {
            last = Stopwatch.GetTimestamp();
            if (++begun % steps == 2) second = last;
            return g;
        }
        double Each() => (last - second) * 1e9 / Stopwatch.Frequency / (steps - 2);
        void InPlace()
        {
            var optimizer = new Optimizer([new Parameter(start.Copy()[0]) { Grad = g[0] }], rule) { Execution = how };
            for (var t = 0; t < steps; t++)
            {
                Begun();
                optimizer.Step();
            }
        }
        var row = 0.0;
        Action Rows(Action once) => () =>
        {
            var began = Stopwatch.GetTimestamp();
            for (var t = 0; t < InARow; t++) once();
            row = Stopwatch.GetElapsedTime(began).TotalNanoseconds / InARow;
        };
        var (pure, arrays) = (Rows(() => (θ, s) = rule.Step(θ, g, s, how: how)), Rows(() => Fresh(length, 1 + rule.Slots.Count)));
        // Until the collector has the memory that such steps take: what the system asks for it the first time is none of theirs.
        pure();
        var time = Duel.Run(bench.Pace, new(model.Step),
            new(pure, Own: () => row),
            new(() => rule.Run(_ => Begun(), steps, start, none, how), Own: Each),
            new(InPlace, Own: Each),
            new(arrays, Own: () => row));
        var normal = model.Normal && Noise.Normal<float>(θ[0].As<float>().Data);
        Line Of(string face, int side, Target? target = null, int against = 0) => new($"{face}, {what}", time.Ratio(side, against), target)
        {
            Ours = $"{Line.Number(time.Of(side) / length)} ns/el",
            Theirs = $"{Line.Number(time.Of(against) / length)} ns/el",
            Rounds = time.Kept,
            Note = Line.Health(normal),
        };
        yield return Of("step, fresh results", 1, Target.Max(2.3));
        yield return Of("run, each step", 2, Target.Max(1.2), against: 3);
        yield return Of("new arrays alone, written once", 4);
    }

    /// <summary>What a pure step cannot do without: as many new arrays as it has results.
    /// What this costs is for the runtime and the system to say.</summary>
    static void Fresh(int length, int count)
    {
        for (var k = 0; k < count; k++) Array.Fill(GC.AllocateUninitializedArray<float>(length), 1);
    }
}
