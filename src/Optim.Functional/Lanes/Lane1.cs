namespace Optim.Functional.Rules;

/// <summary>One element: the lane that the others are measured against, bit for bit.</summary>
/// <typeparam name="T">float or double.</typeparam>
readonly struct Lane1<T>(T x) : IMemoryLane<Lane1<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly T x = x;

    /// <inheritdoc/>
    public static int Width => 1;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Load(ref T from, nuint i) => new(Unsafe.Add(ref from, i));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static void Store(Lane1<T> value, ref T to, nuint i) => Unsafe.Add(ref to, i) = value.x;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Of(double x) => new(T.CreateTruncating(x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Sqrt(Lane1<T> a) => new(T.Sqrt(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Abs(Lane1<T> a) => new(T.Abs(a.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Max(Lane1<T> a, Lane1<T> b) => new(T.Max(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Min(Lane1<T> a, Lane1<T> b) => new(T.Min(a.x, b.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> Fma(Lane1<T> a, Lane1<T> b, Lane1<T> c) => new(T.FusedMultiplyAdd(a.x, b.x, c.x));
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane1<T> WhereGreater(Lane1<T> a, Lane1<T> b, Lane1<T> then, Lane1<T> otherwise) => a.x > b.x ? then : otherwise;
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> operator +(Lane1<T> a, Lane1<T> b) => new(a.x + b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> operator -(Lane1<T> a, Lane1<T> b) => new(a.x - b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> operator *(Lane1<T> a, Lane1<T> b) => new(a.x * b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> operator /(Lane1<T> a, Lane1<T> b) => new(a.x / b.x);
    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Lane1<T> operator -(Lane1<T> a) => new(-a.x);
}
