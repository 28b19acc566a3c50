namespace Optim.Functional;

/// <summary>What the newest pair says of the curvature.</summary>
/// <param name="Value">y·s.</param>
/// <param name="IsKept">Whether it is enough for the pair to be kept.</param>
/// <param name="Scale">γ = y·s/y·y, of a pair that is kept.</param>
readonly record struct Curvature<T>(double Value, bool IsKept, double Scale) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Below it, squares of elements that count may have been lost.</summary>
    const double LeastSquares = 1e-280;

    public static Curvature<T> Of(Place<T> y, Place<T> s, int n, double ys, double yy)
    {
        if (!(ys > LBFGS.LeastCurvature) || !double.IsFinite(ys)) return new(ys, false, 0);
        if (yy is >= LeastSquares and < double.PositiveInfinity) return new(ys, true, ys / yy);
        var length = Norm(y, n, yy);
        return double.IsFinite(length) ? new(ys, true, ys / length / length) : new(ys, false, 0);
    }

    /// <summary>|v|, also where the sum of squares has over- or underflowed.</summary>
    static double Norm(Place<T> v, int n, double squares)
    {
        if (squares is >= LeastSquares and < double.PositiveInfinity) return Math.Sqrt(squares);
        var largest = Reduce.MaxAbs(v, n, Execution.Default);
        if (!double.IsFinite(largest) || largest == 0) return largest;
        var (scaled, k) = (new T[n], Math.ILogB(largest));
        Flat.Copy(v, Math.ScaleB(1, -k), scaled, n, [], Execution.Default);
        return Math.ScaleB(Math.Sqrt(Reduce.Dot<T>(scaled, scaled, n, Execution.Default)), k);
    }
}
