using System.Runtime.Intrinsics;

namespace Optim.Functional.Rules;

/// <summary>256 bits: 8 floats or 4 doubles at a time (AVX2).</summary>
/// <typeparam name="T">float or double.</typeparam>
readonly struct Lane256<T>(Vector256<T> x) : IMemoryLane<Lane256<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector256<T> x = x;

    /// <inheritdoc/>
    public static int Width => Vector256<T>.Count;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Load(ref T from, nuint i) => new(Vector256.LoadUnsafe(ref from, i));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static void Store(Lane256<T> value, ref T to, nuint i) => value.x.StoreUnsafe(ref to, i);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Of(double x) => new(Vector256.Create(T.CreateTruncating(x)));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Sqrt(Lane256<T> a) => new(Vector256.Sqrt(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Abs(Lane256<T> a) => new(Vector256.Abs(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Max(Lane256<T> a, Lane256<T> b) => new(Vector256.Max(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> Min(Lane256<T> a, Lane256<T> b) => new(Vector256.Min(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Fma(Lane256<T> a, Lane256<T> b, Lane256<T> c) => typeof(T) == typeof(float)
        ? new(Vector256.FusedMultiplyAdd(a.x.AsSingle(), b.x.AsSingle(), c.x.AsSingle()).As<float, T>())
        : new(Vector256.FusedMultiplyAdd(a.x.AsDouble(), b.x.AsDouble(), c.x.AsDouble()).As<double, T>());
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> WhereGreater(Lane256<T> a, Lane256<T> b, Lane256<T> then, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.x, b.x), then.x, otherwise.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> operator +(Lane256<T> a, Lane256<T> b) => new(a.x + b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> operator -(Lane256<T> a, Lane256<T> b) => new(a.x - b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> operator *(Lane256<T> a, Lane256<T> b) => new(a.x * b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> operator /(Lane256<T> a, Lane256<T> b) => new(a.x / b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane256<T> operator -(Lane256<T> a) => new(-a.x);
}
