using System.Runtime.Intrinsics;

namespace Optim.Functional.Rules;

/// <summary>128 bits: 4 floats or 2 doubles at a time (SSE, NEON).</summary>
/// <typeparam name="T">float or double.</typeparam>
readonly struct Lane128<T>(Vector128<T> x) : IMemoryLane<Lane128<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector128<T> x = x;

    /// <inheritdoc/>
    public static int Width => Vector128<T>.Count;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Load(ref T from, nuint i) => new(Vector128.LoadUnsafe(ref from, i));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static void Store(Lane128<T> value, ref T to, nuint i) => value.x.StoreUnsafe(ref to, i);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Of(double x) => new(Vector128.Create(T.CreateTruncating(x)));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Sqrt(Lane128<T> a) => new(Vector128.Sqrt(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Abs(Lane128<T> a) => new(Vector128.Abs(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Max(Lane128<T> a, Lane128<T> b) => new(Vector128.Max(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> Min(Lane128<T> a, Lane128<T> b) => new(Vector128.Min(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane128<T> Fma(Lane128<T> a, Lane128<T> b, Lane128<T> c) => typeof(T) == typeof(float)
        ? new(Vector128.FusedMultiplyAdd(a.x.AsSingle(), b.x.AsSingle(), c.x.AsSingle()).As<float, T>())
        : new(Vector128.FusedMultiplyAdd(a.x.AsDouble(), b.x.AsDouble(), c.x.AsDouble()).As<double, T>());
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane128<T> WhereGreater(Lane128<T> a, Lane128<T> b, Lane128<T> then, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.x, b.x), then.x, otherwise.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> operator +(Lane128<T> a, Lane128<T> b) => new(a.x + b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> operator -(Lane128<T> a, Lane128<T> b) => new(a.x - b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> operator *(Lane128<T> a, Lane128<T> b) => new(a.x * b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> operator /(Lane128<T> a, Lane128<T> b) => new(a.x / b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane128<T> operator -(Lane128<T> a) => new(-a.x);
}
