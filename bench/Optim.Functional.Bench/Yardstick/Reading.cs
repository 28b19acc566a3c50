using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Optim.Functional.Bench;

/// <summary>What memory allows to L-BFGS: so many floats read, four streams side by side, and so many copied.</summary>
sealed class Reading
{
    /// <summary>400 MB, of which each call reads on from where the last one ended: no cache holds it.</summary>
    const int Length = 100_000_000, Streams = 4, Chunk = 1 << 18;
    static readonly float[] Data = HugePages.Advise(GC.AllocateUninitializedArray<float>(Length, pinned: true));
    static bool isWritten;
    static float kept;

    readonly int threads, chunks;
    readonly Action<int> chunk;
    int start;

    /// <param name="count">Floats that are read.</param>
    /// <param name="copied">Floats that are read and written to another place.</param>
    /// <param name="threads">Threads that take part.</param>
    public Reading(long count, long copied, int threads)
    {
        if (!isWritten) Array.Fill(Data, 1);
        isWritten = true;
        var read = (int)Math.Max(1, count / Chunk);
        (this.threads, chunks) = (threads, read + (int)(copied / Chunk));
        chunk = k =>
        {
            var from = (int)((start + (long)k * Chunk) % (Length - 2 * Chunk));
            if (k < read) Read(from);
            else Data.AsSpan(from, Chunk).CopyTo(Data.AsSpan(from + Chunk, Chunk));
        };
    }

    public void Run()
    {
        if (threads == 1) for (var k = 0; k < chunks; k++) chunk(k);
        else Team.Of(threads).Run(chunks, chunk);
        start = (int)((start + (long)chunks * Chunk) % (Length - 2 * Chunk));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Read(int from)
    {
        const nuint Each = Chunk / Streams;
        ref var x = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Data), from);
        Vector512<float> a = default, b = a, c = a, d = a;
        for (nuint i = 0; i < Each; i += (nuint)Vector512<float>.Count)
        {
            a += Vector512.LoadUnsafe(ref x, i);
            b += Vector512.LoadUnsafe(ref x, i + Each);
            c += Vector512.LoadUnsafe(ref x, i + 2 * Each);
            d += Vector512.LoadUnsafe(ref x, i + 3 * Each);
        }
        kept = (a + b + c + d)[0];
    }
}
