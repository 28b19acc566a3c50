namespace Optim.Functional.Bench.Rows;

/// <summary>Does a rule of several passes take longer than plain loops over what its passes read and write?</summary>
static class WholeRules
{
    const int Rows = 4000, Columns = 2500;

    public static Row Row { get; } = new(
        "whole", $"rules of several passes and sums against a plain loop for each of them, {Rows} x {Columns} float", Measure);

    /// <summary>What each pass and sum reads and writes, as the rule's Step has them one after another.</summary>
    static readonly (string Name, IRule Rule, (int Read, int Written)[] Passes)[] all =
    [
        ("LAMB", new LAMB(), [(4, 3), (1, 0), (1, 0), (2, 1)]),             // u, m, v; two norms; θ
        ("Adafactor", new Adafactor(), [(1, 0), (1, 0), (1, 0), (2, 1), (1, 0), (2, 1)]), // |θ|; g² by rows, by columns; u; |u|; θ
        ("Prodigy", new Prodigy(), [(4, 0), (5, 4)]),                       // two sums; θ, s, m, v
    ];

    static IEnumerable<Line> Measure(Workbench bench) => from rule in all from line in Measure(bench, rule.Name, rule.Rule, rule.Passes) select line;

    static IEnumerable<Line> Measure(Workbench bench, string name, IRule rule, (int Read, int Written)[] passes)
    {
        Workbench.Collect();
        var matrix = new Parameter(NDArray.Of(Noise.Of<float>(Rows * Columns, 0.5, 1), Rows, Columns));
        matrix.Grad = NDArray.Of(Noise.Of<float>(Rows * Columns, 0.1, 2), Rows, Columns);
        var optimizer = new Optimizer([matrix], rule);
        float[][] plain = [.. Enumerable.Range(3, 5).Select(k => Noise.Of<float>(Rows * Columns, 0.5, (uint)k))];
        foreach (var threads in bench.Threads)
        {
            optimizer.Execution = new() { Threads = threads };
            Action[] loops = [.. passes.Select(p => PlainPass.Of(plain, p.Read, p.Written, threads))];
            var time = Duel.Run(bench.Pace, new(optimizer.Step), new(() => { foreach (var loop in loops) loop(); }));
            yield return new($"{name}, {Line.Threads(threads)}", time.Ratio(0, 1), Target.Max(1.15))
            {
                Ours = $"{Line.Number(time.Of(0) / Rows / Columns)} ns/el",
                Theirs = $"{Line.Number(time.Of(1) / Rows / Columns)} ns/el",
                Rounds = time.Kept,
            };
        }
    }
}
