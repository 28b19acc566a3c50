using System.Runtime.Intrinsics;

namespace Optim.Functional;

/// <summary>Lanes of doubles over memory of floats or doubles: widened exactly, and rounded once where stored.</summary>
/// <remarks>A product of two floats is exact in double, so what is summed up this way depends on no lane's width and is rounded as a sum of
/// doubles.</remarks>
interface IWiden<D, T> where D : struct, IMemoryLane<D, double> where T : unmanaged
{
    static abstract int Width { get; }
    static abstract D Load(ref T from, nuint i);
    static abstract void Store(D value, ref T to, nuint i);
}

readonly struct Widen1<T> : IWiden<Lane1<double>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    public static int Width => 1;
    [MethodImpl(Inline)] public static Lane1<double> Load(ref T from, nuint i) => new(double.CreateTruncating(Unsafe.Add(ref from, i)));
    [MethodImpl(Inline)]
    public static void Store(Lane1<double> value, ref T to, nuint i) =>
        Unsafe.Add(ref to, i) = T.CreateTruncating(Unsafe.BitCast<Lane1<double>, double>(value));
}

readonly struct Widen128<T> : IWiden<Lane128<double>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    public static int Width => Vector128<double>.Count;
    [MethodImpl(Inline)]
    public static Lane128<double> Load(ref T from, nuint i) => new(typeof(T) == typeof(float)
        ? Vector128.WidenLower(Vector64.LoadUnsafe(ref Unsafe.As<T, float>(ref from), i).ToVector128Unsafe())
        : Vector128.LoadUnsafe(ref Unsafe.As<T, double>(ref from), i));
    [MethodImpl(Inline)]
    public static void Store(Lane128<double> value, ref T to, nuint i)
    {
        var x = Unsafe.BitCast<Lane128<double>, Vector128<double>>(value);
        if (typeof(T) == typeof(float)) Vector128.Narrow(x, x).GetLower().StoreUnsafe(ref Unsafe.As<T, float>(ref to), i);
        else x.StoreUnsafe(ref Unsafe.As<T, double>(ref to), i);
    }
}

readonly struct Widen256<T> : IWiden<Lane256<double>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    public static int Width => Vector256<double>.Count;
    [MethodImpl(Inline)]
    public static Lane256<double> Load(ref T from, nuint i) => new(typeof(T) == typeof(float)
        ? Vector256.WidenLower(Vector128.LoadUnsafe(ref Unsafe.As<T, float>(ref from), i).ToVector256Unsafe())
        : Vector256.LoadUnsafe(ref Unsafe.As<T, double>(ref from), i));
    [MethodImpl(Inline)]
    public static void Store(Lane256<double> value, ref T to, nuint i)
    {
        var x = Unsafe.BitCast<Lane256<double>, Vector256<double>>(value);
        if (typeof(T) == typeof(float)) Vector256.Narrow(x, x).GetLower().StoreUnsafe(ref Unsafe.As<T, float>(ref to), i);
        else x.StoreUnsafe(ref Unsafe.As<T, double>(ref to), i);
    }
}

readonly struct Widen512<T> : IWiden<Lane512<double>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    public static int Width => Vector512<double>.Count;
    [MethodImpl(Inline)]
    public static Lane512<double> Load(ref T from, nuint i) => new(typeof(T) == typeof(float)
        ? Vector512.WidenLower(Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref from), i).ToVector512Unsafe())
        : Vector512.LoadUnsafe(ref Unsafe.As<T, double>(ref from), i));
    [MethodImpl(Inline)]
    public static void Store(Lane512<double> value, ref T to, nuint i)
    {
        var x = Unsafe.BitCast<Lane512<double>, Vector512<double>>(value);
        if (typeof(T) == typeof(float)) Vector512.Narrow(x, x).GetLower().StoreUnsafe(ref Unsafe.As<T, float>(ref to), i);
        else x.StoreUnsafe(ref Unsafe.As<T, double>(ref to), i);
    }
}
