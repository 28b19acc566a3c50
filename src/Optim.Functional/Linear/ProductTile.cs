using System.Runtime.Intrinsics;

namespace Optim.Functional;

/// <summary>A tile of a product of matrices: what stays in registers while rows of B pass by.</summary>
/// <remarks>
/// Six rows by two lanes are twelve chains of multiply-adds: enough to hide that each takes four cycles while two begin at a time.
/// With two lanes of B and one of A they fit sixteen registers.
/// The tile is as wide as two lanes of 512 bits; narrower ones go over it several times.
/// </remarks>
static class ProductTile<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Rows = 6;

    public static int Columns => 2 * Vector512<T>.Count;

    /// <summary>Adds the products of <paramref name="depth"/> columns of A and rows of B.</summary>
    /// <param name="a">For each column of A the tile's rows, one column after another.</param>
    /// <param name="b">For each row of B the tile's columns, one row after another.</param>
    /// <param name="sums">The tile, row by row.</param>
    /// <param name="depth">How many.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add<L>(ref T a, ref T b, ref T sums, int depth) where L : struct, IMemoryLane<L, T>
    {
        var (row, w) = ((nuint)Columns, (nuint)L.Width);
        for (nuint c = 0; c < row; c += 2 * w)
        {
            L s00 = L.Load(ref sums, c), s01 = L.Load(ref sums, c + w);
            L s10 = L.Load(ref sums, row + c), s11 = L.Load(ref sums, row + c + w);
            L s20 = L.Load(ref sums, 2 * row + c), s21 = L.Load(ref sums, 2 * row + c + w);
            L s30 = L.Load(ref sums, 3 * row + c), s31 = L.Load(ref sums, 3 * row + c + w);
            L s40 = L.Load(ref sums, 4 * row + c), s41 = L.Load(ref sums, 4 * row + c + w);
            L s50 = L.Load(ref sums, 5 * row + c), s51 = L.Load(ref sums, 5 * row + c + w);
            ref T x = ref a, y = ref Unsafe.Add(ref b, c);
            for (var k = 0; k < depth; k++)
            {
                L y0 = L.Load(ref y, 0), y1 = L.Load(ref y, w), x0 = All<L>(ref x, 0), x1 = All<L>(ref x, 1);
                (s00, s01) = (L.Fma(x0, y0, s00), L.Fma(x0, y1, s01));
                (s10, s11) = (L.Fma(x1, y0, s10), L.Fma(x1, y1, s11));
                L x2 = All<L>(ref x, 2), x3 = All<L>(ref x, 3);
                (s20, s21) = (L.Fma(x2, y0, s20), L.Fma(x2, y1, s21));
                (s30, s31) = (L.Fma(x3, y0, s30), L.Fma(x3, y1, s31));
                L x4 = All<L>(ref x, 4), x5 = All<L>(ref x, 5);
                (s40, s41) = (L.Fma(x4, y0, s40), L.Fma(x4, y1, s41));
                (s50, s51) = (L.Fma(x5, y0, s50), L.Fma(x5, y1, s51));
                x = ref Unsafe.Add(ref x, Rows);
                y = ref Unsafe.Add(ref y, row);
            }
            Put(s00, s01, ref sums, c, w);
            Put(s10, s11, ref sums, row + c, w);
            Put(s20, s21, ref sums, 2 * row + c, w);
            Put(s30, s31, ref sums, 3 * row + c, w);
            Put(s40, s41, ref sums, 4 * row + c, w);
            Put(s50, s51, ref sums, 5 * row + c, w);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<L>(L left, L right, ref T sums, nuint at, nuint w) where L : struct, IMemoryLane<L, T>
    {
        L.Store(left, ref sums, at);
        L.Store(right, ref sums, at + w);
    }

    /// <summary>c ← αs, or αs + βc, of a row of sums; NaN is always the same one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Finish<L, Keep>(ref T sums, T α, T β, ref T c, int n) where L : struct, IMemoryLane<L, T> where Keep : struct, IFlag
    {
        var (i, w) = (0, L.Width);
        L αs = All<L>(ref α, 0), βs = All<L>(ref β, 0);
        for (; i <= n - w; i += w) L.Store(Finished<L, Keep>(ref sums, αs, βs, ref c, (nuint)i), ref c, (nuint)i);
        Lane1<T> α1 = new(α), β1 = new(β);
        for (; i < n; i++) Lane1<T>.Store(Finished<Lane1<T>, Keep>(ref sums, α1, β1, ref c, (nuint)i), ref c, (nuint)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static L Finished<L, Keep>(ref T sums, L α, L β, ref T c, nuint i) where L : struct, IMemoryLane<L, T> where Keep : struct, IFlag
    {
        var x = α * L.Load(ref sums, i);
        if (Keep.Set) x = L.Fma(β, L.Load(ref c, i), x);
        return L.WhereGreater(L.Abs(x), L.Of(-1), x, L.Of(double.NaN));
    }

    /// <summary>The element <paramref name="i"/> in all of a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static L All<L>(ref T from, int i) where L : struct, IMemoryLane<L, T>
    {
        var x = Unsafe.Add(ref from, i);
        if (typeof(L) == typeof(Lane512<T>)) return Unsafe.BitCast<Lane512<T>, L>(new(Vector512.Create(x)));
        if (typeof(L) == typeof(Lane256<T>)) return Unsafe.BitCast<Lane256<T>, L>(new(Vector256.Create(x)));
        if (typeof(L) == typeof(Lane128<T>)) return Unsafe.BitCast<Lane128<T>, L>(new(Vector128.Create(x)));
        return Unsafe.BitCast<Lane1<T>, L>(new(x));
    }
}
