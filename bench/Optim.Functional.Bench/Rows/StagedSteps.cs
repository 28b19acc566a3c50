namespace Optim.Functional.Bench.Rows;

/// <summary>What do a plan's stages add to a step, and what does a report?</summary>
static class StagedSteps
{
    const int Length = 10_000_000;

    public static Row Row { get; } = new(
        "stages", "AdamW with stages around it, and with reports, against AdamW alone, 1e7 float", Measure);

    /// <summary>Bytes of an element that are read and written beside AdamW's 28, in the order of the stages.</summary>
    static readonly (string Name, IRule Rule, bool Reports, double Most, int Bytes)[] all =
    [
        ("reports", new AdamW(), true, 1.1, 0),
        ("schedule", new AdamW().Schedule(new Cosine(1000)), false, 1.25, 0),
        ("clip", new AdamW().ClipNorm(1), false, 1.25, 4),                        // g
        ("ema", new AdamW().Ema(), false, 1.25, 8),                               // e twice
        ("cautious", new AdamW().Cautious(), false, 1.25, 16),                    // θ, g, m, v
        ("clip, schedule, ema, cautious", new AdamW().ClipNorm(1).Schedule(new Cosine(1000)).Ema().Cautious(), false, 1.25, 28),
        ("row clipping, a map", new AdamW().ClipRows(), false, double.NaN, 24),   // g, ĝ; ĝ, θ twice; ĝ twice
    ];

    static IEnumerable<Line> Measure(Workbench bench)
    {
        Workbench.Collect();
        var bare = Made(new AdamW());
        foreach (var (name, rule, reports, most, bytes) in all)
        {
            var staged = Made(rule);
            foreach (var threads in bench.Threads)
            {
                bare.Execution = new() { Threads = threads };
                staged.Execution = new() { Threads = threads, Reports = reports };
                var time = Duel.Run(bench.Pace, new(staged.Step), new(bare.Step));
                yield return new($"{name}, {Line.Threads(threads)}", time.Ratio(0, 1), double.IsNaN(most) ? null : Target.Max(most))
                {
                    Ours = $"{Line.Number(time.Of(0) / Length)} ns/el",
                    Theirs = $"{Line.Number(time.Of(1) / Length)} ns/el",
                    Rounds = time.Kept,
                    Note = bytes == 0 ? "" : $"{(28 + bytes) / 28.0:F2} times the bytes",
                };
            }
        }
    }

    static Optimizer Made(IRule rule)
    {
        var parameter = new Parameter(Noise.Of<float>(Length, 0.5, 1)) { Grad = Noise.Of<float>(Length, 0.1, 2) };
        return new([parameter], rule);
    }
}
