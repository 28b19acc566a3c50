namespace Optim.Functional.Bench.Rows;

/// <summary>Does an element cost the same however many there are?</summary>
static class FlatCost
{
    const double ShareOfMemory = 0.7;
    const int BytesAnElement = 4 * sizeof(float);

    static readonly (string Name, int Length)[] All = [("1e7", 10_000_000), ("3e7", 30_000_000), ("1e8", 100_000_000), ("2e8", 200_000_000)];

    public static Row Row { get; } = new("flat", "AdamW's cost of an element from 1e7 elements on, float: the dearest length over the cheapest", Measure);

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
            var time = Duel.Run(bench.Pace, [.. models.Select(m => new Side(m.Step))]);
            var each = sizes.Select((s, i) => time.Of(i) / s.Length).ToArray();
            yield return new($"AdamW, {sizes[0].Name} to {sizes[^1].Name}, {Line.Threads(threads)}", each.Max() / each.Min(), Target.Max(1.1))
            {
                Ours = $"{Line.Number(each.Max())} ns/el",
                Theirs = $"{Line.Number(each.Min())} ns/el",
                Rounds = time.Kept,
                Note = string.Join(", ", sizes.Zip(each, (s, ns) => $"{s.Name}: {Line.Number(ns)}")) + Line.Health(models.All(m => m.Normal)),
            };
        }
    }
}
