using System.Diagnostics;

namespace Optim.Functional;

/// <summary>How a long history is read: so many vectors side by side, and whether memory is asked for the next ones meanwhile.</summary>
readonly record struct Reading(int Vectors, bool Asks);

/// <summary>How to read a long history.</summary>
/// <remarks>
/// A Zen 4 core runs ahead of twelve streams by itself, and is slower where it is asked to. A Zen 5 core reads one stream more than twice
/// as fast as twelve, and two at that speed where those that come next are asked for. So it is found where it runs: the first sweeps over
/// a long history try each way by turns, and the fastest stays until the process ends. Sums have the same bits whatever it is.
/// </remarks>
static class SideBySide
{
    /// <summary>The most that is ever read side by side.</summary>
    public const int Most = 12;

    /// <summary>Elements of a vector, and vectors, from which on the choice matters.</summary>
    const int Long = 1 << 18, Many = 7;

    /// <summary>How often each is tried.</summary>
    const int Rounds = 4;

    /// <summary>Bytes of a vector that are read before the next one's; those of all vectors that are read twice, which a core's second cache
    /// holds meanwhile; and the least of each.</summary>
    const int Part = 1 << 15, Kept = 1 << 18, Least = 1 << 11;

    /// <summary>The ways that are tried.</summary>
    public static readonly Reading[] Ways = [new(2, true), new(6, false), new(Most, false)];

    static readonly double[] times = [.. Ways.Select(_ => double.MaxValue)];
    static int tried;

    /// <summary>How it is read now.</summary>
    public static Reading Best { get; set; } = Ways[0];

    /// <summary>How many of so many vectors are read next: all, or groups that leave some streams for what they meet.</summary>
    public static int Of(int vectors) => vectors <= Best.Vectors ? vectors : Math.Min(Best.Vectors, 8);

    /// <summary>What to ask for while vectors are read once, and after how many elements of each the next ones' turn comes.</summary>
    public static (Ask Ask, int Part) Once<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Best.Asks ? (Ask.NextGroup, Part / Unsafe.SizeOf<T>()) : (Ask.Nothing, Sweep<T>.Chunk);

    /// <summary>The same for so many vectors that are added up first and multiplied by the sum then; at least a strip.</summary>
    public static (Ask First, Ask Then, int Part) Twice<T>(int vectors, int strip) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Best.Asks) return (Ask.Nothing, Ask.NextPart, Math.Clamp(Kept / Math.Max(1, vectors) / Least * Least, Least, Part) / Unsafe.SizeOf<T>());
        return vectors <= Best.Vectors ? (Ask.Nothing, Ask.Nothing, strip) : (Ask.NextPart, Ask.NextPart, Least / Unsafe.SizeOf<T>());
    }

    /// <summary>Sweeps over a history begin.</summary>
    /// <returns>When, if they are a trial.</returns>
    public static long? Begin(int n, int vectors)
    {
        if (tried >= Rounds * Ways.Length || n < Long || vectors < Many) return null;
        Best = Ways[tried % Ways.Length];
        return Stopwatch.GetTimestamp();
    }

    /// <summary>They have ended.</summary>
    public static void End(long? start, int n, int vectors)
    {
        // Two optimizers may meet here: then a trial is lost or counted for another, and the bits are the same.
        if (start is not { } began || tried >= Rounds * Ways.Length) return;
        ref var least = ref times[tried % Ways.Length];
        least = Math.Min(least, Stopwatch.GetElapsedTime(began).TotalSeconds / n / vectors);
        if (++tried >= Rounds * Ways.Length) Best = Ways[Array.IndexOf(times, times.Min())];
    }
}
