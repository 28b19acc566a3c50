namespace Optim.Functional.Rules;

/// <summary>The arithmetic a formula may use. One lane type is one place where the formula can run: a scalar, a SIMD register, a GPU
/// thread.</summary>
/// <remarks>All operations round once, to nearest even, as IEEE 754 asks; so every lane gives the same bits, element by element.</remarks>
/// <typeparam name="L">The lane itself.</typeparam>
public interface ILane<L> : IAdditionOperators<L, L, L>, ISubtractionOperators<L, L, L>, IMultiplyOperators<L, L, L>,
    IDivisionOperators<L, L, L>, IUnaryNegationOperators<L, L>
    where L : struct, ILane<L>
{
    /// <summary>The constant <paramref name="x"/>, rounded once to the element type, in every element.</summary>
    static abstract L Of(double x);

    /// <summary>The constant <paramref name="x"/> ≥ 0, or the smallest number above 0 where it is 0 or rounds to it: an ε to add to what
    /// may be 0, so that 0/0 is 0. Another number divided by it is as good as infinite, as it was.</summary>
    static virtual L NotZero(double x) =>
        L.Max(L.Of(x), L.WhereGreater(L.Of(double.Epsilon), L.Of(0), L.Of(double.Epsilon), L.Of(float.Epsilon)));

    /// <summary>√x; NaN below zero.</summary>
    static abstract L Sqrt(L x);

    /// <summary>|x|; clears the sign of zero and NaN too.</summary>
    static abstract L Abs(L x);

    /// <summary>The larger one. NaN if either is NaN, as torch.maximum.</summary>
    static abstract L Max(L x, L y);

    /// <summary>The smaller one. NaN if either is NaN, as torch.minimum.</summary>
    static abstract L Min(L x, L y);

    /// <summary>x·y + z with one rounding.</summary>
    static abstract L Fma(L x, L y, L z);

    /// <summary><paramref name="then"/> where x &gt; y, else <paramref name="otherwise"/> (also where either is NaN).</summary>
    static abstract L WhereGreater(L x, L y, L then, L otherwise);

    /// <summary>1, -1 or 0. Zero for NaN, as torch.sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual L Sign(L x) => L.WhereGreater(x, L.Of(0), L.Of(1), L.WhereGreater(L.Of(0), x, L.Of(-1), L.Of(0)));

    /// <summary>a + w(b - a), taken from the nearer end as torch.lerp does, so that w = 1 gives b itself. NaN once a or b is infinite and
    /// w is not 0 or the difference is not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual L Lerp(L a, L b, L w) => L.WhereGreater(L.Of(0.5), w, L.Lerp<On>(a, b, w), L.Lerp<Off>(a, b, w));

    /// <summary>The same where it is known before the loop which end is nearer: a (w &lt; 1/2) with <see cref="On"/>, b with
    /// <see cref="Off"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual L Lerp<FromA>(L a, L b, L w) where FromA : struct, IFlag =>
        FromA.Set ? L.Fma(w, b - a, a) : L.Fma(w - L.Of(1), b - a, b);
}

/// <summary>A lane that is loaded from and stored to memory of <typeparamref name="T"/>. Apart from arithmetic, so that storage may
/// differ from it.</summary>
/// <typeparam name="L">The lane itself.</typeparam>
/// <typeparam name="T">The element in memory.</typeparam>
public interface IMemoryLane<L, T> : ILane<L>
    where L : struct, IMemoryLane<L, T>
    where T : unmanaged
{
    /// <summary>Elements in one lane.</summary>
    static abstract int Width { get; }

    /// <summary>The <see cref="Width"/> elements from index <paramref name="i"/> on, unaligned.</summary>
    static abstract L Load(ref T from, nuint i);

    /// <summary>Writes the elements to index <paramref name="i"/> and on, unaligned.</summary>
    static abstract void Store(L value, ref T to, nuint i);
}
