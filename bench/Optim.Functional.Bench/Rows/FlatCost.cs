namespace Optim.Functional.Bench.Rows;

/// <summary>Does an element cost the same however many there are?</summary>
static class FlatCost
{
    const double ShareOfMemory = 0.7;
    const int BytesAnElement = 4 * sizeof(float);

    static readonly (string Name, int Length)[] All =
    [
        ("1e7", 10_000_000),
        ("3e7", 30_000_000),
        ("1e8", 100_000_000),
        ("2e8", 200_000_000),
    ];

    public static Row Row { get; } =
        new("flat", "AdamW's cost of an element from 1e7 elements on, float: the dearest length over the cheapest", Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        Workbench.Collect();
        var (sizes, budget) = (new List<(string Name, int Length)>(), ShareOfMemory * Machine.Free);
        foreach (var size in bench.Quick ? All[..3] : All)
            if ((budget -= (double)BytesAnElement * size.Length) > 0) sizes.Add(size);
        if (sizes.Count < 2)
        {
            yield return Line.NotMeasured("AdamW", $"only {Machine.Free >> 20} MB are free", Target.Max(1.1));
            yield break;
        }
        var models = sizes.ConvertAll(s => new Model<float>([s.Length], new AdamW()));
        foreach (var threads in bench.Threads)
        {
            foreach (var model in models) model.Threads = threads;
            var steps = models.ConvertAll(m => new Side(m.Step));
            var streams = models.ConvertAll(m => new Side(Yardstick.Pass(m.Streams(0), threads)));
            var time = Duel.Run(bench.Pace, [.. steps, .. streams]);
            yield return Of("AdamW", 0, Target.Max(1.1));
            yield return Of("the streams alone", sizes.Count, null);

            Line Of(string what, int first, Target? target)
            {
                var each = sizes.Select((s, i) => time.Of(first + i) / s.Length).ToArray();
                return new($"{what}, {sizes[0].Name} to {sizes[^1].Name}, {Line.Threads(threads)}", each.Max() / each.Min(), target)
                {
                    Ours = $"{Line.Number(each.Max())} ns/el",
                    Theirs = $"{Line.Number(each.Min())} ns/el",
                    Rounds = time.Kept,
                    Note =
                        string.Join(", ", sizes.Zip(each, (s, ns) => $"{s.Name}: {Line.Number(ns)}"))
                        + Line.Health(models.All(m => m.Normal)),
                };
            }
        }
    }
}
