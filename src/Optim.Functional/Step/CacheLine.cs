using System.Runtime.Intrinsics.X86;

namespace Optim.Functional;

/// <summary>Where the lines of the caches begin.</summary>
static class CacheLine
{
    public const int Bytes = 64;

    /// <summary>From this size on the runtime leaves an array where it is.</summary>
    const int Steady = 85_000;

    /// <summary>How many elements of a long tensor to leave for a step of their own, so that most of its streams go on from the beginning
    /// of a line.</summary>
    /// <remarks>
    /// A lane of 512 bits is a whole line: from anywhere else each load and each store touches two. Measured at 1 thread on a Zen 5 core:
    /// 15 to 20 % of the time where the streams come from the third-level cache, 3 to 5 % from memory. It is the arrays' places that
    /// differ, not the numbers.
    /// </remarks>
    public static int Lead<T>(in Streams<T> x, in Places<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if ((long)x.End * Unsafe.SizeOf<T>() < Steady) return 0;
        Span<int> votes = stackalloc int[Bytes / Unsafe.SizeOf<T>()];
        Span<Place<T>> all = [x.From.θ, x.From.A, x.From.B, x.From.C, x.From.D, x.G, to.θ, to.A, to.B, to.C, to.D];
        var most = 0;
        foreach (var place in all)
            if (place.Owner is not null && Ahead(place) is var n && ++votes[n] > votes[most]) most = n;
        return most;
    }

    /// <summary>Elements from a place to the beginning of the next line; or to the next one that is so many bytes into a larger piece of
    /// memory.</summary>
    public static unsafe int Ahead<T>(Place<T> place, int piece = Bytes, int into = 0) where T : unmanaged, IFloatingPointIeee754<T> =>
        (int)(((nuint)into - (nuint)Unsafe.AsPointer(ref place.First)) % (nuint)piece) / sizeof(T);

    /// <summary>Asks for the line of the element <paramref name="i"/>, there or not, to be in a core's second cache when it is
    /// read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T from, nuint i) where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch1((T*)Unsafe.AsPointer(ref from) + i);
    }

    /// <summary>Asks for the lines of <paramref name="n"/> elements, there or not, to be at hand when they are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T from, int n) where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (var k = 0; k < n; k += Bytes / sizeof(T)) Sse.Prefetch0((T*)Unsafe.AsPointer(ref from) + k);
    }

    /// <summary>Asks for the line of a place, to be there when it is read. The place may move before: then the line was asked for in
    /// vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(Place<T> place) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place.First));
    }
}
