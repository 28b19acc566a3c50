namespace Optim.Functional;

/// <summary>What the newest pair says of the curvature.</summary>
/// <param name="Value">y·s.</param>
/// <param name="IsKept">Whether it is enough for the pair to be kept.</param>
/// <param name="Scale">γ = y·s/y·y, of a pair that is kept.</param>
readonly record struct Curvature<T>(double Value, bool IsKept, double Scale) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Least y·s of a pair that is kept, or, relative, its least part of |y||s|.</summary>
    const double Least = 1e-10;

    /// <summary>Below it, squares of elements that count may have been lost.</summary>
    const double LeastSquares = 1e-280;

    /// <param name="y">Difference of gradients.</param>
    /// <param name="s">Difference of parameters.</param>
    /// <param name="n">Their elements.</param>
    /// <param name="ys">y·s.</param>
    /// <param name="yy">y·y.</param>
    /// <param name="isRelative">What y·s is compared with.</param>
    /// <param name="x">Makes further sums.</param>
    public static Curvature<T> Of(Place<T> y, Place<T> s, int n, double ys, double yy, bool isRelative, IBlas<T> x)
    {
        if (!(ys > 0) || !double.IsFinite(ys)) return new(ys, false, 0);
        var size = isRelative || !IsSafe(yy) ? Norm(y, n, yy, x) : 0;
        var isKept = isRelative ? ys / size > Least * Norm(s, n, x.Dot(s, s, n), x) : ys > Least && double.IsFinite(size);
        return new(ys, isKept, IsSafe(yy) ? ys / yy : ys / size / size);
    }

    static bool IsSafe(double squares) => squares is >= LeastSquares and < double.PositiveInfinity;

    /// <summary>|v|, also where the sum of squares has over- or underflowed.</summary>
    static double Norm(Place<T> v, int n, double squares, IBlas<T> x)
    {
        if (IsSafe(squares)) return Math.Sqrt(squares);
        var largest = x.MaxAbs(v, n);
        if (!double.IsFinite(largest) || largest == 0) return largest;
        var (scaled, k) = (Allocation.Vector<T>(v.Device, n), Math.ILogB(largest));
        x.Scale(Math.ScaleB(1, -k), v, scaled, n);
        var sum = x.Dot(scaled, scaled, n);
        GC.KeepAlive(scaled.Owner);
        return Math.ScaleB(Math.Sqrt(sum), k);
    }
}
