namespace Optim.Functional;

/// <summary>Algorithm 7.4 as it stands.</summary>
sealed class TwoLoops<T> : ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    double[] α = [];

    public IBlas<T> Blas { get; set; } = new OwnBlas<T>();

    public double Learn(Place<T> g, Place<T> oldG, double t, Place<T> d, CurvaturePairs<T> pairs, LBFGS rule, double γ)
    {
        var (y, s) = pairs.Fresh(rule.HistorySize);
        var n = pairs.Length;
        Blas.Add(g, -1, oldG, y, n);
        Blas.Scale(t, d, s, n);
        var curvature = Curvature<T>.Of(y, s, n, Blas.Dot(y, s, n), Blas.Dot(y, y, n), rule.Relative, Blas.InDouble);
        if (!curvature.IsKept) return γ;
        pairs.Keep(curvature.Value, rule.HistorySize);
        return curvature.Scale;
    }

    public (double Slope, double Largest) Direct(Place<T> g, CurvaturePairs<T> pairs, double γ, Place<T> d)
    {
        var (n, m, s, y, ρ) = (pairs.Length, pairs.Count, pairs.S, pairs.Y, pairs.Ro);
        if (α.Length < s.Length) α = new double[s.Length];
        Blas.Scale(-1, g, d, n);
        for (var i = m - 1; i >= 0; i--) Blas.Add(d, -(α[i] = ρ[i] * Blas.Dot(s[i], d, n)), y[i], d, n);
        Blas.Scale(γ, d, d, n);
        for (var i = 0; i < m; i++) Blas.Add(d, α[i] - ρ[i] * Blas.Dot(y[i], d, n), s[i], d, n);
        return (Blas.Dot(g, d, n), Blas.MaxAbs(d, n));
    }
}
