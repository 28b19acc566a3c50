using System.Runtime.Intrinsics;

namespace Optim.Functional.Rules;

/// <summary>512 bits: 16 floats or 8 doubles at a time (AVX-512).</summary>
/// <typeparam name="T">float or double.</typeparam>
readonly struct Lane512<T>(Vector512<T> x) : IMemoryLane<Lane512<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector512<T> x = x;

    /// <inheritdoc/>
    public static int Width => Vector512<T>.Count;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Load(ref T from, nuint i) => new(Vector512.LoadUnsafe(ref from, i));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static void Store(Lane512<T> value, ref T to, nuint i) => value.x.StoreUnsafe(ref to, i);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Of(double x) => new(Vector512.Create(T.CreateTruncating(x)));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Sqrt(Lane512<T> a) => new(Vector512.Sqrt(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Abs(Lane512<T> a) => new(Vector512.Abs(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Max(Lane512<T> a, Lane512<T> b) => new(Vector512.Max(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> Min(Lane512<T> a, Lane512<T> b) => new(Vector512.Min(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane512<T> Fma(Lane512<T> a, Lane512<T> b, Lane512<T> c) => typeof(T) == typeof(float)
        ? new(Vector512.FusedMultiplyAdd(a.x.AsSingle(), b.x.AsSingle(), c.x.AsSingle()).As<float, T>())
        : new(Vector512.FusedMultiplyAdd(a.x.AsDouble(), b.x.AsDouble(), c.x.AsDouble()).As<double, T>());
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane512<T> WhereGreater(Lane512<T> a, Lane512<T> b, Lane512<T> then, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.x, b.x), then.x, otherwise.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> operator +(Lane512<T> a, Lane512<T> b) => new(a.x + b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> operator -(Lane512<T> a, Lane512<T> b) => new(a.x - b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> operator *(Lane512<T> a, Lane512<T> b) => new(a.x * b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> operator /(Lane512<T> a, Lane512<T> b) => new(a.x / b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane512<T> operator -(Lane512<T> a) => new(-a.x);
}
