using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>Waits until no thread of this process runs.</summary>
/// <remarks>libtorch's threads go on in a loop for milliseconds after their work, in wait for more: whoever is timed next would have one core less.</remarks>
static class Idle
{
    /// <summary>A thread of ours that sleeps and looks takes less than this share of the time.</summary>
    const double Share = 0.2;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1), Most = TimeSpan.FromMilliseconds(100);

    public static void Wait()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Most;)
        {
            var (before, since) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            Thread.Sleep(Look);
            if (Environment.CpuUsage.TotalTime - before < Share * Stopwatch.GetElapsedTime(since)) return;
        }
    }
}
