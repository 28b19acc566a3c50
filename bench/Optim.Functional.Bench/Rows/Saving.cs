using System.Diagnostics;

namespace Optim.Functional.Bench.Rows;

/// <summary>How long does a state of many numbers take to a file and back?</summary>
static class Saving
{
    const int Length = 30_000_000, Times = 3;

    public static Row Row { get; } =
        new("saving", $"an optimizer's state with a buffer of {Length} floats, to a file and from it: the least of {Times}", Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        var parameter = new Parameter(new float[Length], "w") { Grad = Noise.Of<float>(Length, 0.1, 1) };
        var optimizer = new Optimizer([parameter], new SGD(0.1, Momentum: 0.9));
        optimizer.Step();
        var (state, path) = (optimizer.StateDict(), Path.GetTempFileName());
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        yield return Timed("there", () => state.Save(file), file);
        yield return Timed("back", () => StateDict.Load(file), file);
    }

    static Line Timed(string name, Action act, FileStream file)
    {
        var least = double.MaxValue;
        for (var k = 0; k < Times; k++)
        {
            file.Position = 0;
            var start = Stopwatch.GetTimestamp();
            act();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return new(name, least, Target.Max(3)) { Unit = "s" };
    }
}
