using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Optim.Functional.Bench;

/// <summary>A plain loop over floats that reads some arrays and writes the first of them: what a pass or a sum of a whole rule needs at
/// least.</summary>
static class PlainPass
{
    static float kept;

    /// <summary>Such a loop.</summary>
    /// <param name="arrays">The arrays, at least as many as are read.</param>
    /// <param name="read">How many are read.</param>
    /// <param name="written">How many of these are written, unchanged.</param>
    /// <param name="threads">Threads that take part.</param>
    public static Action Of(float[][] arrays, int read, int written, int threads)
    {
        var (length, size) = (arrays[0].Length / Vector512<float>.Count * Vector512<float>.Count, Execution.DefaultChunkLength);
        var some = arrays[..read];
        if (threads == 1) return () => Run(some, written, 0, length);
        Action<int> chunk = k => Run(some, written, k * size, Math.Min(length, (k + 1) * size));
        return () => Team.Of(threads).Run((length + size - 1) / size, chunk);
    }

    static void Run(float[][] s, int written, int start, int end)
    {
        var (a, b, c, d, e) = (s[0], s[Math.Min(1, s.Length - 1)], s[Math.Min(2, s.Length - 1)], s[Math.Min(3, s.Length - 1)], s[^1]);
        switch (written)
        {
            case 0: Sweep<Written0>(s.Length, a, b, c, d, e, start, end); break;
            case 1: Sweep<Written1>(s.Length, a, b, c, d, e, start, end); break;
            case 2: Sweep<Written2>(s.Length, a, b, c, d, e, start, end); break;
            case 3: Sweep<Written3>(s.Length, a, b, c, d, e, start, end); break;
            default: Sweep<Written4>(s.Length, a, b, c, d, e, start, end); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Sweep<W>(int read, float[] a, float[] b, float[] c, float[] d, float[] e, int start, int end) where W : struct, IWritten
    {
        Vector512<float> sum = default, more = default;
        for (var i = (nuint)start; i < (nuint)end; i += (nuint)Vector512<float>.Count)
        {
            var x = Vector512.LoadUnsafe(ref a[0], i);
            sum += x;
            if (W.Count > 0) x.StoreUnsafe(ref a[0], i);
            if (read > 1) Next(b, i, ref more, W.Count > 1);
            if (read > 2) Next(c, i, ref sum, W.Count > 2);
            if (read > 3) Next(d, i, ref more, W.Count > 3);
            if (read > 4) Next(e, i, ref sum, false);
        }
        kept = (sum + more)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Next(float[] from, nuint i, ref Vector512<float> sum, bool isWritten)
    {
        var x = Vector512.LoadUnsafe(ref from[0], i);
        sum += x;
        if (isWritten) x.StoreUnsafe(ref from[0], i);
    }

    interface IWritten { static abstract int Count { get; } }
    readonly struct Written0 : IWritten { public static int Count => 0; }
    readonly struct Written1 : IWritten { public static int Count => 1; }
    readonly struct Written2 : IWritten { public static int Count => 2; }
    readonly struct Written3 : IWritten { public static int Count => 3; }
    readonly struct Written4 : IWritten { public static int Count => 4; }
}
