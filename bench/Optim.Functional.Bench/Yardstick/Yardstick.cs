using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Optim.Functional.Bench;

/// <summary>A yardstick, and no limit (on Zen 5 rules pass it by 1.2 to 1.3): the streams that a rule reads and writes, over the same arrays,
/// in a plain loop with one multiply-add for each written one.</summary>
/// <remarks>It adds 0 times the gradient, so that it changes no number and the rule can go on from where it was.</remarks>
static class Yardstick
{
    /// <summary>One pass.</summary>
    /// <param name="streams">Parameter, gradient and slots, as <see cref="Model{T}.Streams"/> gives them.</param>
    /// <param name="threads">Threads that take part.</param>
    public static Action Pass<T>(T[][] streams, int threads)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? Pass<Lane512<T>, T>(streams, threads) : Pass<Lane256<T>, T>(streams, threads);

    /// <summary>Bytes that a pass moves for each element: all streams are read, all but the gradient are written.</summary>
    public static int Bytes<T>(int streams) => (2 * streams - 1) * Unsafe.SizeOf<T>();

    static Action Pass<L, T>(T[][] s, int threads) where L : struct, IMemoryLane<L, T> where T : unmanaged => s.Length switch
    {
        2 => Split<L, T, None>(s, threads),
        3 => Split<L, T, One>(s, threads),
        4 => Split<L, T, Two>(s, threads),
        5 => Split<L, T, Three>(s, threads),
        6 => Split<L, T, Four>(s, threads),
        _ => throw new NotSupportedException($"No yardstick for {s.Length} streams."),
    };

    static Action Split<L, T, N>(T[][] s, int threads) where L : struct, IMemoryLane<L, T> where T : unmanaged where N : struct, ISlots
    {
        var (length, size) = (s[0].Length / L.Width * L.Width, Execution.DefaultChunkLength);
        if (threads == 1) return () => Sweep<L, T, N>(s, 0, length);
        var (helpers, chunks) = (Team.Of(threads), (length + size - 1) / size);
        Action<int> chunk = k => Sweep<L, T, N>(s, k * size, Math.Min(length, k * size + size));
        return () => helpers.Run(chunks, chunk);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Sweep<L, T, N>(T[][] s, int start, int end) where L : struct, IMemoryLane<L, T> where T : unmanaged where N : struct, ISlots
    {
        var zero = L.Of(0);
        ref T θ = ref s[0][0], g = ref s[1][0];
        ref T a = ref N.Count > 0 ? ref s[2][0] : ref θ,
            b = ref N.Count > 1 ? ref s[3][0] : ref θ,
            c = ref N.Count > 2 ? ref s[4][0] : ref θ,
            d = ref N.Count > 3 ? ref s[5][0] : ref θ;
        for (var (i, n) = ((nuint)start, (nuint)end); i < n; i += (nuint)L.Width)
        {
            var x = L.Load(ref g, i);
            L.Store(L.Fma(zero, x, L.Load(ref θ, i)), ref θ, i);
            if (N.Count > 0) L.Store(L.Fma(zero, x, L.Load(ref a, i)), ref a, i);
            if (N.Count > 1) L.Store(L.Fma(zero, x, L.Load(ref b, i)), ref b, i);
            if (N.Count > 2) L.Store(L.Fma(zero, x, L.Load(ref c, i)), ref c, i);
            if (N.Count > 3) L.Store(L.Fma(zero, x, L.Load(ref d, i)), ref d, i);
        }
    }

    interface ISlots { static abstract int Count { get; } }
    readonly struct None : ISlots { public static int Count => 0; }
    readonly struct One : ISlots { public static int Count => 1; }
    readonly struct Two : ISlots { public static int Count => 2; }
    readonly struct Three : ISlots { public static int Count => 3; }
    readonly struct Four : ISlots { public static int Count => 4; }
}
