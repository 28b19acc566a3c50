using System.Diagnostics;

namespace Optim.Functional;

/// <summary>How many vectors to read side by side.</summary>
/// <remarks>
/// Twelve were best on a Zen 4 core, six are on a Zen 5 core, by a tenth and more: so it is found where it runs. The first sweeps over a
/// long history try each by turns, and the fastest stays until the process ends. Sums have the same bits whatever it is.
/// </remarks>
static class SideBySide
{
    /// <summary>The most that is ever read side by side.</summary>
    public const int Most = 12;

    /// <summary>Elements of a vector, and vectors, from which on the choice matters.</summary>
    const int Long = 1 << 18, Many = 7;

    /// <summary>How often each is tried.</summary>
    const int Rounds = 4;

    static readonly int[] candidates = [4, 6, Most];
    static readonly double[] times = [double.MaxValue, double.MaxValue, double.MaxValue];
    static int tried;

    /// <summary>What is read side by side now.</summary>
    public static int Best { get; set; } = 6;

    /// <summary>How many of so many vectors are read next: all, or groups that leave some streams for what they meet.</summary>
    public static int Of(int vectors) => vectors <= Best ? vectors : Math.Min(Best, 8);

    /// <summary>Sweeps over a history begin.</summary>
    /// <returns>When, if they are a trial.</returns>
    public static long? Begin(int n, int vectors)
    {
        if (tried >= Rounds * candidates.Length || n < Long || vectors < Many) return null;
        Best = candidates[tried % candidates.Length];
        return Stopwatch.GetTimestamp();
    }

    /// <summary>They have ended.</summary>
    public static void End(long? start, int n, int vectors)
    {
        // Two optimizers may meet here: then a trial is lost or counted for another, and the bits are the same.
        if (start is not { } began || tried >= Rounds * candidates.Length) return;
        ref var least = ref times[tried % candidates.Length];
        least = Math.Min(least, Stopwatch.GetElapsedTime(began).TotalSeconds / n / vectors);
        if (++tried >= Rounds * candidates.Length) Best = candidates[Array.IndexOf(times, times.Min())];
    }
}
