namespace Optim.Functional.Rules;

/// <summary>The vector operations of closure rules: the same bits for any number of threads and any lanes.</summary>
/// <remarks>Sums are made in double, of products that are exact for float. A factor is rounded to T first, and a multiply-add rounds
/// once.</remarks>
/// <typeparam name="T">Type of an element.</typeparam>
/// <param name="how">Threads and lanes.</param>
public readonly struct Vectors<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Execution? how = how ?? throw Fault.Null(nameof(how));

    Execution How => how ?? Execution.Default;

    /// <summary>x·y.</summary>
    /// <exception cref="ArgumentException">The vectors are of different lengths.</exception>
    public double Dot(T[] x, T[] y) => Reduce.Dot<T>(x, y, Same(x, y), How);

    /// <summary>Σ |xᵢ|.</summary>
    public double SumAbs(T[] x) => Reduce.SumAbs<T>(x, x.Length, How);

    /// <summary>max |xᵢ|: 0 of no elements, NaN if one is.</summary>
    public double MaxAbs(T[] x) => Reduce.MaxAbs<T>(x, x.Length, How);

    /// <summary>to ← x + cy; may be x or y.</summary>
    /// <exception cref="ArgumentException">The vectors are of different lengths.</exception>
    public void Add(T[] x, double c, T[] y, T[] to) => Flat.Add<T>(x, c, y, to, Same(x, y, to), How);

    /// <summary>to ← cx; may be x.</summary>
    /// <exception cref="ArgumentException">The vectors are of different lengths.</exception>
    public void Scale(double c, T[] x, T[] to) => Flat.Copy<T>(x, c, to, Same(x, to), [], How);

    static int Same(T[] x, T[] y, T[]? z = null) => x.Length == y.Length && (z ?? x).Length == x.Length ? x.Length
        : throw Fault.Lengths(z is null ? [x.Length, y.Length] : [x.Length, y.Length, z.Length]);
}
