namespace Optim.Functional;

/// <summary>The vector operations of closure-driven rules. A factor is rounded to the vectors' type first, as in torch.</summary>
interface IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>x·y of vectors of <paramref name="n"/> elements.</summary>
    double Dot(Place<T> x, Place<T> y, int n);

    /// <summary>to ← x + cy; may be x.</summary>
    void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n);

    /// <summary>to ← cx; may be x.</summary>
    void Scale(double c, Place<T> x, Place<T> to, int n);

    /// <summary>Σ |x|.</summary>
    double SumAbs(Place<T> x, int n);

    /// <summary>max |x|: 0 of no elements, NaN if one is.</summary>
    double MaxAbs(Place<T> x, int n);

    /// <summary>One whose sums are made in double.</summary>
    IBlas<T> InDouble { get; }
}
