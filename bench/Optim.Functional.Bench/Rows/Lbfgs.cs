using Optim.Functional.Bench.Peers;

namespace Optim.Functional.Bench.Rows;

/// <summary>Is the vector work of L-BFGS faster than libtorch's?</summary>
static class Lbfgs
{
    const double Lr = 1e-3, ShareOfMemory = 0.8, Gigabyte = 1 << 30;

    /// <summary>Vectors besides the pairs: parameter, gradient, the closure's, direction, and what an iteration holds meanwhile.</summary>
    const int OtherVectors = 12;

    /// <summary>Vectors that a step of one iteration reads besides the histories, less one for each that it writes:
    /// these are the vector of gradients, y, s, q, d and the parameter.
    /// Read are the gradient; g, the last g and the last d; g; q and g; the parameter and d.</summary>
    const int OtherReads = 9 - Copies, Copies = 6;

    static readonly Target Goal = Target.Min(1.5);

    public static Row Row { get; } =
        new("lbfgs", "one iteration of L-BFGS with a full history, less its closure, against libtorch's own loop, float", Measure);

    static IEnumerable<Line> Measure(Workbench bench) => Compared(bench).Concat(bench.Quick ? [] : [InCache(bench, 16_384, 10)]);

    /// <summary>What an iteration computes, with what it reads in a core's second cache for the most part.</summary>
    static Line InCache(Workbench bench, int length, int history)
    {
        var ours = new Quadratic(length, history, Lr);
        Filled(ours, history);
        var time = Duel.Run(bench.Pace, new(ours.Step), new(ours.Closure));
        return new(
            $"ours alone, in cache, history {history}, {length}, {Line.Threads(1)}",
            time.Median(r => r[0] - r[1]) / length,
            null)
        { Unit = "ns/el", Rounds = time.Kept };
    }

    static IEnumerable<Line> Compared(Workbench bench) =>
        from size in ((string Name, int Length)[])[("1e6", 1_000_000), ("1e7", 10_000_000)]
        from history in (int[])[10, 100]
        where !bench.Quick || size.Length == 1_000_000 && history == 10
        from line in Measure(bench, $"history {history}, {size.Name}", size.Length, history)
        select line;

    static IEnumerable<Line> Measure(Workbench bench, string what, int length, int history)
    {
        Workbench.Collect();
        var (need, free) = ((2.0 * history + OtherVectors) * length * sizeof(float), ShareOfMemory * Machine.Free);
        IEnumerable<Line> None(string reason) => bench.Threads.Select(n => Line.NotMeasured($"{what}, {Line.Threads(n)}", reason, Goal));
        return bench.Torch is not { } torch ? None(bench.NoTorch)
            : need > free ? None($"a side needs {need / Gigabyte:0.0} GB, {Machine.Free / Gigabyte:0.0} GB are free")
            : 2 * need <= free ? Together(bench, torch, what, length, history)
            : Apart(bench, torch, what, length, history);
    }

    static IEnumerable<Line> Together(Workbench bench, ITorch torch, string what, int length, int history)
    {
        var ours = new Quadratic(length, history, Lr);
        using var theirs = torch.Lbfgs(length, history, Lr);
        var filled = Filled(ours, history) && Filled(theirs, history);
        foreach (var n in bench.Threads)
        {
            ours.Threads = n;
            Action ready = () => torch.Threads = n;
            if (!filled) yield return NotFilled(what, n);
            else
            {
                var time = Duel.Run(bench.Pace, new(ours.Step), new(theirs.Step, ready), new(ours.Closure), new(theirs.Closure, ready));
                yield return Result(
                    what,
                    n,
                    length,
                    time.Median(r => r[0] - r[2]),
                    time.Median(r => r[1] - r[3]),
                    time.Median(r => (r[1] - r[3]) / (r[0] - r[2]))) with
                {
                    Rounds = time.Kept,
                    Note = Line.Health(ours.Normal && theirs.Normal),
                };
                if (bench.Quick) continue;
                Reading histories = new(3L * history * length, 0, n),
                    vectors = new((3L * history + OtherReads) * length, (long)Copies * length, n);
                var limit = Duel.Run(bench.Pace, new(histories.Run), new(vectors.Run), new(theirs.Step, ready), new(theirs.Closure, ready));
                Line Of(string name, int side) =>
                    Result(
                        $"{name}, {what}",
                        n,
                        length,
                        limit.Of(side),
                        limit.Median(r => r[2] - r[3]),
                        limit.Median(r => (r[2] - r[3]) / r[side])) with
                    { Target = null, Rounds = limit.Kept };
                yield return Of("three histories read", 0);
                yield return Of("all its vectors read and written", 1);
            }
        }
    }

    /// <summary>One side after the other, where memory does not hold both.</summary>
    static IEnumerable<Line> Apart(Workbench bench, ITorch torch, string what, int length, int history)
    {
        (double Ns, string Kept)[]? Alone(IQuadratic side, Action<int> threads)
        {
            if (!Filled(side, history)) return null;
            return Array.ConvertAll(bench.Threads, n =>
            {
                var time = Duel.Run(bench.Pace, new(side.Step, () => threads(n)), new(side.Closure, () => threads(n)));
                return (time.Median(r => r[0] - r[1]), time.Kept);
            });
        }
        (double Ns, string Kept)[]? Ours()
        {
            var side = new Quadratic(length, history, Lr);
            return Alone(side, n => side.Threads = n);
        }
        (double Ns, string Kept)[]? Theirs()
        {
            using var side = torch.Lbfgs(length, history, Lr);
            return Alone(side, n => torch.Threads = n);
        }
        var ours = Ours();
        Workbench.Collect();
        var theirs = Theirs();
        foreach (var (i, n) in bench.Threads.Index())
            yield return ours is null || theirs is null ? NotFilled(what, n)
                : Result(what, n, length, ours[i].Ns, theirs[i].Ns, theirs[i].Ns / ours[i].Ns) with
                {
                    Rounds = ours[i].Kept,
                    Note = "one side after the other: memory does not hold both",
                };
    }

    static Line NotFilled(string what, int threads) =>
        Line.NotMeasured($"{what}, {Line.Threads(threads)}", "a history was not filled: steps gave no pairs", Goal);

    static Line Result(string what, int threads, int length, double ours, double theirs, double ratio) =>
        new($"{what}, {Line.Threads(threads)}", ratio, Goal)
        {
            Ours = $"{Line.Number(ours / length)} ns/el",
            Theirs = $"{Line.Number(theirs / length)} ns/el",
        };

    /// <summary>Steps until the history holds all its pairs, and some more, in which ours finds out how to read it.</summary>
    static bool Filled(IQuadratic side, int history)
    {
        // Of so short a first step float keeps nothing, so the first one or two may give no pair.
        const int Spare = 5;
        var pairs = 0;
        for (var k = 0; k < history + Spare && pairs < history; k++)
            if (side.StepIsKept()) pairs++;
        if (pairs < history) return false;
        const int More = 13;
        for (var k = 0; k < More; k++) side.Step();
        return true;
    }
}
