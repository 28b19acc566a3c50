namespace Optim.Functional;

/// <summary>max |x| over a block; NaN if any element is.</summary>
/// <remarks>Sizes of floating-point numbers stand in the order of their bits, and those of a NaN above all: so integers are compared, and
/// nothing is widened.</remarks>
static class BlockMax
{
    public static double Run<T>(ref T x, int n) where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? BitConverter.UInt32BitsToSingle(Most(ref Unsafe.As<T, uint>(ref x), (nuint)n))
        : BitConverter.UInt64BitsToDouble(Most(ref Unsafe.As<T, ulong>(ref x), (nuint)n));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static U Most<U>(ref U bits, nuint n) where U : unmanaged, IBinaryInteger<U>
    {
        var (size, w, i) = (U.AllBitsSet >>> 1, (nuint)Vector<U>.Count, (nuint)0);
        Vector<U> sizes = new(size), a = default, b = default;
        for (; i + 2 * w <= n; i += 2 * w)
        {
            a = Vector.Max(a, Vector.LoadUnsafe(ref bits, i) & sizes);
            b = Vector.Max(b, Vector.LoadUnsafe(ref bits, i + w) & sizes);
        }
        var (both, most) = (Vector.Max(a, b), U.Zero);
        for (var k = 0; k < Vector<U>.Count; k++) most = U.Max(most, both[k]);
        for (; i < n; i++) most = U.Max(most, Unsafe.Add(ref bits, i) & size);
        return most;
    }
}
