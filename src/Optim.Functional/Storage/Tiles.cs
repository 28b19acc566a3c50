using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Optim.Functional;

/// <summary>Tiles of a matrix whose rows become columns.</summary>
/// <remarks>A tile's lines are whole ones of the cache on both sides, and few enough pages that their addresses stay at hand.</remarks>
static class Tiles
{
    /// <summary>Rows and columns of a tile.</summary>
    public const int Side = 32;

    /// <summary>Writes the columns from <paramref name="first"/> up to <paramref name="last"/> as rows, tile by tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write<E>(ref E from, ref E to, int outer, int inner, int first, int last) where E : unmanaged
    {
        for (var i = 0; i < outer; i += Side)
            Tile(ref from, ref to, outer, inner, i, Math.Min(outer, i + Side), first, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile<E>(ref E from, ref E to, nint outer, nint inner, nint i0, nint i1, nint j0, nint j1) where E : unmanaged
    {
        var side = Width<E>();
        var (i2, j2) = (i0, j0);
        if (side > 1)
        {
            (i2, j2) = (i1 - (i1 - i0) % side, j1 - (j1 - j0) % side);
            for (var j = j0; j < j2; j += side)
                for (var i = i0; i < i2; i += side) Square(ref Unsafe.Add(ref from, i * inner + j), ref Unsafe.Add(ref to, j * outer + i), inner, outer);
        }
        Rest(ref from, ref to, outer, inner, i2, i1, j0, j2);
        Rest(ref from, ref to, outer, inner, i0, i1, j2, j1);
    }

    static void Rest<E>(ref E from, ref E to, nint outer, nint inner, nint i0, nint i1, nint j0, nint j1) where E : unmanaged
    {
        for (var j = j0; j < j1; j++)
            for (var i = i0; i < i1; i++) Unsafe.Add(ref to, j * outer + i) = Unsafe.Add(ref from, i * inner + j);
    }

    /// <summary>Rows and columns of the squares that registers turn; 1 where the processor has no way to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Width<E>() => !Avx.IsSupported ? 1 : Unsafe.SizeOf<E>() switch { 4 => 8, 8 => 4, _ => 1 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Square<E>(ref E from, ref E to, nint inner, nint outer) where E : unmanaged
    {
        if (Unsafe.SizeOf<E>() == 4) Singles(ref Unsafe.As<E, float>(ref from), ref Unsafe.As<E, float>(ref to), inner, outer);
        else Doubles(ref Unsafe.As<E, double>(ref from), ref Unsafe.As<E, double>(ref to), inner, outer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Row(ref float from, nint at) => Vector256.LoadUnsafe(ref Unsafe.Add(ref from, at));

    /// <summary>8 x 8 numbers of 4 bytes: pairs, then fours, then halves of registers change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Singles(ref float from, ref float to, nint inner, nint outer)
    {
        Vector256<float> r0 = Row(ref from, 0), r1 = Row(ref from, inner), r2 = Row(ref from, 2 * inner), r3 = Row(ref from, 3 * inner);
        Vector256<float> r4 = Row(ref from, 4 * inner), r5 = Row(ref from, 5 * inner), r6 = Row(ref from, 6 * inner), r7 = Row(ref from, 7 * inner);
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
        Vector256<double> r0 = Vector256.LoadUnsafe(ref from), r1 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, inner));
        Vector256<double> r2 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, 2 * inner)), r3 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, 3 * inner));
        Vector256<double> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Avx.Permute2x128(a0, a2, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(a1, a3, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, outer));
        Avx.Permute2x128(a0, a2, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 2 * outer));
        Avx.Permute2x128(a1, a3, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 3 * outer));
    }
}
