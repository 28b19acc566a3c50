using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional;

/// <summary>Decompositions of square matrices by MathNet, in double: so a native provider makes them where one is chosen.</summary>
/// <remarks>
/// What a matrix is scaled by before is a power of two, so that squares in it neither over- nor underflow. Each gives nothing where the
/// matrix holds a NaN or an infinity, where MathNet does not converge, or where what it gives is not finite: the caller keeps what it has,
/// and counts it. They allocate.
/// </remarks>
static class Decomposition
{
    /// <summary>Eigenvalues, the largest first, and eigenvectors of cA + shift·I, A symmetric, given row by row; null where there are
    /// none.</summary>
    public static Eigenpairs? Eigen<T>(ReadOnlySpan<T> a, int n, double shift = 0, double c = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Scaled(a, n, shift, c) is not { } scaled) return null;
        try
        {
            var evd = Matrix<double>.Build.Dense(n, n, scaled.Numbers).Evd(Symmetricity.Symmetric);
            var (values, vectors) = (evd.EigenValues.Map(c => c.Real).ToArray(), evd.EigenVectors.ToColumnMajorArray());
            if (!values.All(double.IsFinite) || !vectors.All(double.IsFinite)) return null;
            var order = Descending(values);
            var sorted = new double[n * n];
            for (var j = 0; j < n; j++) vectors.AsSpan(order[j] * n, n).CopyTo(sorted.AsSpan(j * n));
            return new(n, Array.ConvertAll(order, j => Math.ScaleB(values[j], scaled.Exponent)), sorted);
        }
        catch (NonConvergenceException)
        {
            return null;
        }
    }

    /// <summary>Q of A = QR, R's diagonal of any sign, from row by row to row by row, the columns of A taken in an order.</summary>
    /// <returns>False, and <paramref name="q"/> as it was, where there is none.</returns>
    public static bool Orthogonal<T>(ReadOnlySpan<T> a, int n, ReadOnlySpan<int> order, Span<T> q)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Scaled(a, n, 0, 1) is not { } scaled) return false;
        var columns = new double[n * n]; // A is row by row, its scaled copy too
        for (var j = 0; j < n; j++)
            for (var i = 0; i < n; i++) columns[j * n + i] = scaled.Numbers[i * n + order[j]];
        var found = Matrix<double>.Build.Dense(n, n, columns).QR().Q.ToColumnMajorArray();
        if (!found.All(double.IsFinite)) return false;
        for (var j = 0; j < n; j++)
            for (var i = 0; i < n; i++) q[i * n + j] = T.CreateTruncating(found[j * n + i]);
        return true;
    }

    /// <summary>Places of numbers, the largest first; of equal ones the first stays first.</summary>
    public static int[] Descending(double[] values) => [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];

    static (double[] Numbers, int Exponent)? Scaled<T>(ReadOnlySpan<T> a, int n, double shift, double c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (numbers, most) = (new double[n * n], 0.0);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = c * double.CreateTruncating(a[i]) + (i % (n + 1) == 0 ? shift : 0);
            if (!double.IsFinite(numbers[i])) return null;
            most = Math.Max(most, Math.Abs(numbers[i]));
        }
        var exponent = most > 0 ? Math.ILogB(most) : 0;
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Math.ScaleB(numbers[i], -exponent);
        return (numbers, exponent);
    }
}

/// <summary>What a symmetric matrix is made of: Σ λvvᵀ.</summary>
/// <param name="N">Its rows.</param>
/// <param name="Values">λ, the largest first.</param>
/// <param name="Vectors">v, one after another.</param>
sealed record Eigenpairs(int N, double[] Values, double[] Vectors)
{
    /// <summary>The eigenvectors as columns, row by row.</summary>
    public void CopyTo<T>(Span<T> rows) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var j = 0; j < N; j++)
            for (var i = 0; i < N; i++) rows[i * N + j] = T.CreateTruncating(Vectors[j * N + i]);
    }

    /// <summary>Σ f(λ)vvᵀ, row by row.</summary>
    /// <returns>False, and <paramref name="to"/> as it was, where that is not finite.</returns>
    public bool Map<T>(Func<double, double> f, Span<T> to, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (scaled, made) = (new double[N * N], new double[N * N]);
        for (var j = 0; j < N; j++)
        {
            var by = f(Values[j]);
            for (var i = 0; i < N; i++) scaled[j * N + i] = by * Vectors[j * N + i];
        }
        MatrixPlace<double> v = new(new(Vectors), N, N), fv = new(new(scaled), N, N), all = new(new(made), N, N);
        MatrixProduct.Run(1, fv.Transpose, v, 0, all, how);
        foreach (var x in made)
            if (!T.IsFinite(T.CreateTruncating(x))) return false;
        for (var i = 0; i < made.Length; i++) to[i] = T.CreateTruncating(made[i]);
        return true;
    }

    /// <summary>(A + shift·I)^(-power) with λ raised, all alike, where the least is below the shift: rounding has put it there.</summary>
    public bool InverseRoot<T>(double power, double least, Span<T> to, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var raise = Math.Max(0, least - Values[^1]);
        return Map(λ => Math.Pow(λ + raise, -power), to, how);
    }
}
