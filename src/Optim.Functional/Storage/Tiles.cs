using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Optim.Functional;

/// <summary>Tiles of a matrix whose rows become columns.</summary>
/// <remarks>
/// A square is a line of the cache wide and high, so that each line is read and written once and as a whole: lines of a matrix whose rows
/// are a power of two displace each other before they could be used again. A tile is a few squares wide, so that a page serves several.
/// </remarks>
static class Tiles
{
    /// <summary>Rows and columns of a tile.</summary>
    public const int Side = 64;

    /// <summary>Rows to come that are written together at least, so that lines are read as a whole.</summary>
    public const int Least = 16;

    /// <summary>Writes so many columns as rows, tile by tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write<E>(ref E from, ref E to, nint outer, nint inner, nint columns) where E : unmanaged
    {
        var side = Width<E>();
        var (high, wide) = (outer - outer % side, columns - columns % side);
        if (side == 1) (high, wide) = (0, 0);
        for (nint tile = 0; tile < high; tile += Side)
            for (nint j = 0; j < wide; j += side)
                for (var i = tile; i < nint.Min(high, tile + Side); i += side)
                    Square(ref Unsafe.Add(ref from, i * inner + j), ref Unsafe.Add(ref to, j * outer + i), inner, outer);
        Rest(ref from, ref to, outer, inner, high, outer, 0, wide);
        Rest(ref from, ref to, outer, inner, 0, outer, wide, columns);
    }

    /// <summary>What no square covers, of so many rows at a time that both sides stay in cache.</summary>
    static void Rest<E>(ref E from, ref E to, nint outer, nint inner, nint i0, nint i1, nint j0, nint j1) where E : unmanaged
    {
        const int Rows = 16;
        for (var tile = i0; tile < i1; tile += Rows)
            for (var j = j0; j < j1; j++)
                for (var i = tile; i < nint.Min(i1, tile + Rows); i++)
                    Unsafe.Add(ref to, j * outer + i) = Unsafe.Add(ref from, i * inner + j);
    }

    /// <summary>Rows and columns of the squares that registers turn; 1 where the processor has no way to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Width<E>() => Avx512F.IsSupported ? Unsafe.SizeOf<Vector512<byte>>() / Unsafe.SizeOf<E>()
        : Avx.IsSupported && Unsafe.SizeOf<E>() < 16 ? Unsafe.SizeOf<Vector256<byte>>() / Unsafe.SizeOf<E>() : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Square<E>(ref E from, ref E to, nint inner, nint outer) where E : unmanaged
    {
        ref float single = ref Unsafe.As<E, float>(ref from), toSingle = ref Unsafe.As<E, float>(ref to);
        ref double wide = ref Unsafe.As<E, double>(ref from), toWide = ref Unsafe.As<E, double>(ref to);
        if (Avx512F.IsSupported && Unsafe.SizeOf<E>() == 4) Wide.Singles(ref single, ref toSingle, inner, outer);
        else if (Avx512F.IsSupported && Unsafe.SizeOf<E>() == 8) Wide.Doubles(ref wide, ref toWide, inner, outer);
        else if (Avx512F.IsSupported) Wide.Pairs(ref wide, ref toWide, 2 * inner, 2 * outer);
        else if (Unsafe.SizeOf<E>() == 4) Singles(ref single, ref toSingle, inner, outer);
        else Doubles(ref wide, ref toWide, inner, outer);
    }

    /// <summary>Squares of registers of 512 bits: numbers change places within quarters of registers, then the quarters do.</summary>
    static class Wide
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Singles(ref float from, ref float to, nint inner, nint outer)
        {
            Four(ref from, inner, out var a0, out var a1, out var a2, out var a3);
            Four(ref Unsafe.Add(ref from, 4 * inner), inner, out var b0, out var b1, out var b2, out var b3);
            Four(ref Unsafe.Add(ref from, 8 * inner), inner, out var c0, out var c1, out var c2, out var c3);
            Four(ref Unsafe.Add(ref from, 12 * inner), inner, out var d0, out var d1, out var d2, out var d3);
            Quarters(a0, b0, c0, d0, ref to, outer, 4);
            Quarters(a1, b1, c1, d1, ref Unsafe.Add(ref to, outer), outer, 4);
            Quarters(a2, b2, c2, d2, ref Unsafe.Add(ref to, 2 * outer), outer, 4);
            Quarters(a3, b3, c3, d3, ref Unsafe.Add(ref to, 3 * outer), outer, 4);
        }

        /// <summary>Of four rows: in the quarter k of the register i the numbers of the column 4k + i.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Four(ref float from, nint inner,
            out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3)
        {
            Vector512<float> r0 = Row(ref from, 0), r1 = Row(ref from, inner), r2 = Row(ref from, 2 * inner), r3 = Row(ref from, 3 * inner);
            Vector512<float> a0 = Avx512F.UnpackLow(r0, r1), a1 = Avx512F.UnpackHigh(r0, r1);
            Vector512<float> a2 = Avx512F.UnpackLow(r2, r3), a3 = Avx512F.UnpackHigh(r2, r3);
            c0 = Avx512F.Shuffle(a0, a2, 0x44);
            c1 = Avx512F.Shuffle(a0, a2, 0xEE);
            c2 = Avx512F.Shuffle(a1, a3, 0x44);
            c3 = Avx512F.Shuffle(a1, a3, 0xEE);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Doubles(ref double from, ref double to, nint inner, nint outer)
        {
            Two(ref from, inner, out var a0, out var a1);
            Two(ref Unsafe.Add(ref from, 2 * inner), inner, out var b0, out var b1);
            Two(ref Unsafe.Add(ref from, 4 * inner), inner, out var c0, out var c1);
            Two(ref Unsafe.Add(ref from, 6 * inner), inner, out var d0, out var d1);
            Quarters(a0, b0, c0, d0, ref to, outer, 2);
            Quarters(a1, b1, c1, d1, ref Unsafe.Add(ref to, outer), outer, 2);
        }

        /// <summary>Of two rows: in the quarter k of the register i the numbers of the column 2k + i.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Two(ref double from, nint inner, out Vector512<double> c0, out Vector512<double> c1)
        {
            Vector512<double> r0 = Row(ref from, 0), r1 = Row(ref from, inner);
            c0 = Avx512F.UnpackLow(r0, r1);
            c1 = Avx512F.UnpackHigh(r0, r1);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Pairs(ref double from, ref double to, nint inner, nint outer) =>
            Quarters(Row(ref from, 0), Row(ref from, inner), Row(ref from, 2 * inner), Row(ref from, 3 * inner), ref to, outer, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<E> Row<E>(ref E from, nint at) => Vector512.LoadUnsafe(ref Unsafe.Add(ref from, at));

        /// <summary>The quarters k of four registers become the row k·<paramref name="apart"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Quarters(
            Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float to, nint outer, nint apart)
        {
            Vector512<float> even0 = Avx512F.Shuffle4x128(a, b, 0x88), even1 = Avx512F.Shuffle4x128(c, d, 0x88);
            Vector512<float> odd0 = Avx512F.Shuffle4x128(a, b, 0xDD), odd1 = Avx512F.Shuffle4x128(c, d, 0xDD);
            Avx512F.Shuffle4x128(even0, even1, 0x88).StoreUnsafe(ref to);
            Avx512F.Shuffle4x128(odd0, odd1, 0x88).StoreUnsafe(ref Unsafe.Add(ref to, apart * outer));
            Avx512F.Shuffle4x128(even0, even1, 0xDD).StoreUnsafe(ref Unsafe.Add(ref to, 2 * apart * outer));
            Avx512F.Shuffle4x128(odd0, odd1, 0xDD).StoreUnsafe(ref Unsafe.Add(ref to, 3 * apart * outer));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Quarters(
            Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, ref double to, nint outer, nint apart) =>
            Quarters(a.AsSingle(), b.AsSingle(), c.AsSingle(), d.AsSingle(), ref Unsafe.As<double, float>(ref to), 2 * outer, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<E> Row<E>(ref E from, nint at) => Vector256.LoadUnsafe(ref Unsafe.Add(ref from, at));

    /// <summary>8 x 8 numbers of 4 bytes: pairs, then fours, then halves of registers change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Singles(ref float from, ref float to, nint inner, nint outer)
    {
        Vector256<float> r0 = Row(ref from, 0), r1 = Row(ref from, inner), r2 = Row(ref from, 2 * inner), r3 = Row(ref from, 3 * inner);
        Vector256<float> r4 = Row(ref from, 4 * inner), r5 = Row(ref from, 5 * inner);
        Vector256<float> r6 = Row(ref from, 6 * inner), r7 = Row(ref from, 7 * inner);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Low(a0, a2), b1 = High(a0, a2), b2 = Low(a1, a3), b3 = High(a1, a3);
        Vector256<float> b4 = Low(a4, a6), b5 = High(a4, a6), b6 = Low(a5, a7), b7 = High(a5, a7);
        Avx.Permute2x128(b0, b4, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(b1, b5, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, outer));
        Avx.Permute2x128(b2, b6, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, 2 * outer));
        Avx.Permute2x128(b3, b7, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, 3 * outer));
        Avx.Permute2x128(b0, b4, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 4 * outer));
        Avx.Permute2x128(b1, b5, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 5 * outer));
        Avx.Permute2x128(b2, b6, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 6 * outer));
        Avx.Permute2x128(b3, b7, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 7 * outer));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Low(Vector256<float> a, Vector256<float> b) => Avx.Shuffle(a, b, 0x44);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> High(Vector256<float> a, Vector256<float> b) => Avx.Shuffle(a, b, 0xEE);

    /// <summary>4 x 4 numbers of 8 bytes: pairs, then halves of registers change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Doubles(ref double from, ref double to, nint inner, nint outer)
    {
        Vector256<double> r0 = Row(ref from, 0), r1 = Row(ref from, inner), r2 = Row(ref from, 2 * inner), r3 = Row(ref from, 3 * inner);
        Vector256<double> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Avx.Permute2x128(a0, a2, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(a1, a3, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, outer));
        Avx.Permute2x128(a0, a2, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 2 * outer));
        Avx.Permute2x128(a1, a3, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 3 * outer));
    }
}
