using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>Seconds of several rounds of the same.</summary>
sealed class Samples
{
    readonly List<double> all = [];

    public void Add(double seconds) => all.Add(seconds);

    public double Median => all.Order().ElementAt(all.Count / 2);
    public double Least => all.Min();

    /// <summary>Times something that all processes begin together.</summary>
    public void Time(World world, Action work)
    {
        world.Barrier();
        var start = Stopwatch.GetTimestamp();
        work();
        Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public static string Ms(double seconds) => FormattableString.Invariant($"{seconds * 1e3:0.###}");
}
