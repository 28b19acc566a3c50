namespace Optim.Functional;

/// <summary>A step beside which the squares of gradient, update and result are added up, zeros counted, and the largest gradient
/// found.</summary>
/// <remarks>In sixteen columns, whatever the lane: element i of a chunk belongs to column i mod 16, so that lanes do not change a bit. They
/// stand in memory, which costs nothing while the loop waits for its streams.</remarks>
readonly unsafe struct Observed<T, L, S>(S of, T* columns, L one) : IStep<L>
    where T : unmanaged, IFloatingPointIeee754<T>
    where L : struct, IMemoryLane<L, T>
    where S : struct, IStep<L>
{
    public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s)
    {
        var next = of.Step(θ, g, ref s);
        var (u, size, zero) = (next - θ, L.Abs(g), one - one);
        ref T first = ref Columns.Next<T>(columns, L.Width);
        L.Store(L.Fma(g, g, L.Load(ref first, 0)), ref first, 0);
        L.Store(L.Fma(u, u, L.Load(ref first, Columns.Count)), ref first, Columns.Count);
        L.Store(L.Fma(next, next, L.Load(ref first, 2 * Columns.Count)), ref first, 2 * Columns.Count);
        L.Store(L.WhereGreater(size, zero, zero, one) + L.Load(ref first, 3 * Columns.Count), ref first, 3 * Columns.Count);
        var largest = L.Load(ref first, 4 * Columns.Count); // a NaN shows in the sum of squares
        L.Store(L.WhereGreater(size, largest, size, largest), ref first, 4 * Columns.Count);
        return next;
    }
}

/// <summary>Sixteen of each of five sums, and which of the sixteen are next.</summary>
static unsafe class Columns
{
    public const int Count = 16;
    const int All = 5 * Count;

    /// <summary>This thread's, all 0.</summary>
    public static T* Cleared<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = Kept<T>.Memory ??= GC.AllocateArray<T>(All + 2 * Count, pinned: true);
        Array.Clear(memory);
        return (T*)Unsafe.AsPointer(ref memory[CacheLine.Ahead(new Place<T>(memory))]); // a lane of two lines would cost five times as much
    }

    static class Kept<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [ThreadStatic] public static T[]? Memory;
    }

    /// <summary>The columns of the next lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T Next<T>(T* columns, int width) where T : unmanaged
    {
        if (width == Count) return ref *columns;
        var next = (int*)(columns + All);
        var now = *next;
        *next = (now + width) & (Count - 1);
        return ref columns[now];
    }

    /// <summary>Adds the columns up, in double.</summary>
    public static void AddTo<T>(T* columns, Span<double> sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var c = 0; c < Count; c++)
        {
            for (var k = 0; k < 4; k++) sums[k] += double.CreateTruncating(columns[k * Count + c]);
            sums[5] = Math.Max(sums[5], double.CreateTruncating(columns[4 * Count + c]));
        }
    }
}
