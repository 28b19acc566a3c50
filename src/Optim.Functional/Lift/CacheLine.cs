using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>Where the lines of the caches begin.</summary>
static class CacheLine
{
    public const int Bytes = 64;

    /// <summary>From this size on the runtime leaves an array where it is.</summary>
    const int Steady = 85_000;

    /// <summary>How many elements of a long tensor to leave for a step of their own, so that most of its streams go on from the beginning of a line.</summary>
    /// <remarks>
    /// A lane of 512 bits is a whole line: from anywhere else each load and each store touches two. Measured at 1 thread on a Zen 5 core: 15 to 20 % of the
    /// time where the streams come from the third-level cache, 3 to 5 % from memory. It is the arrays' places that differ, not the numbers.
    /// </remarks>
    public static int Lead<T>(in Streams<T> x, in Places<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if ((long)x.End * Unsafe.SizeOf<T>() < Steady) return 0;
        Span<int> votes = stackalloc int[Bytes / Unsafe.SizeOf<T>()];
        Span<Place<T>> all = [x.From.θ, x.From.A, x.From.B, x.From.C, x.From.D, x.G, to.θ, to.A, to.B, to.C, to.D];
        var most = 0;
        foreach (var place in all)
            if (place.Array is not null && Ahead(place) is var n && ++votes[n] > votes[most]) most = n;
        return most;
    }

    /// <summary>Elements from a place to the beginning of the next line.</summary>
    public static unsafe int Ahead<T>(Place<T> place) where T : unmanaged, IFloatingPointIeee754<T> =>
        (int)((0 - (nuint)Unsafe.AsPointer(ref place.First)) % Bytes) / sizeof(T);
}
