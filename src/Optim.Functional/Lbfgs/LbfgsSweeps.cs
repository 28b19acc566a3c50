namespace Optim.Functional;

/// <summary>The two loops for vectors that do not stay in cache, in three sweeps over the history: S, Y, and S again.</summary>
/// <remarks>
/// In the loops sᵢ·q and yᵢ·d wait for the vector before; here they are made of products with vectors that are there before the loop:
/// sᵢ·q = -sᵢ·g - Σ αⱼ sᵢ·yⱼ over the newer pairs, yᵢ·d = γ yᵢ·q + Σ (αⱼ - βⱼ) sⱼ·yᵢ over the older ones, the sᵢ·yⱼ being kept with the
/// pairs. So a loop's products take one reading of the history, the two loops 3m vectors of it, and not 8m.
/// </remarks>
/// <param name="sweeps">Who makes them.</param>
sealed class LbfgsSweeps<T>(IHistorySweeps<T> sweeps) : ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The products of so many pairs take as much memory as 8 MiB of vectors; of more, the loops as they stand are used.</summary>
    public const int MostPairs = 1024;

    double[] learned = [], α = [], δ = [], yq = [];
    Place<T>[] vectors = [];
    int first; // of the sᵢ·g of the pairs that are kept, in what was learned

    public double Learn(Place<T> g, Place<T> oldG, double t, Place<T> d, CurvaturePairs<T> pairs, LBFGS rule, double γ)
    {
        pairs.Multiply(sweeps);
        var n = pairs.Count;
        var (y, s) = pairs.Fresh(rule.HistorySize);
        pairs.S.AsSpan(0, n).CopyTo(Room(ref vectors, pairs.Capacity + 2));
        vectors[n] = s;
        vectors[n + 1] = y;
        var sums = Room(ref learned, 2 * (pairs.Capacity + 2))[..(2 * (n + 2))];
        sweeps.Learn(g, oldG, t, d, y, s, vectors, n + 2, pairs.Length, sums);
        var curvature = Curvature<T>.Of(y, s, pairs.Length, sums[n], sums[n + 1], rule.Relative, sweeps.Blas);
        if (curvature.IsKept) pairs.Keep(curvature.Value, rule.HistorySize, sums[..n]);
        first = n + 2 + (curvature.IsKept ? n + 1 - pairs.Count : 0);
        return curvature.IsKept ? curvature.Scale : γ;
    }

    public (double Slope, double Largest) Direct(Place<T> g, CurvaturePairs<T> pairs, double γ, Place<T> d)
    {
        var (m, ρ) = (pairs.Count, pairs.Ro);
        Room(ref α, pairs.Capacity);
        Room(ref δ, pairs.Capacity);
        for (var i = m - 1; i >= 0; i--)
        {
            var sq = -learned[first + i];
            for (var j = m - 1; j > i; j--) sq += α[j] * pairs.SY(i, j);
            α[i] = -ρ[i] * sq; // of -αᵢ, as q takes it
        }
        var products = Room(ref yq, pairs.Capacity);
        sweeps.Residual(g, α, pairs.Y, m, d, pairs.Length, products);
        for (var i = 0; i < m; i++)
        {
            var yd = γ * products[i];
            for (var j = 0; j < i; j++) yd += δ[j] * pairs.SY(j, i);
            δ[i] = -α[i] - ρ[i] * yd;
        }
        return sweeps.Direction(g, γ, δ, pairs.S, m, d, pairs.Length);
    }

    static Span<E> Room<E>(ref E[] array, int length)
    {
        if (array.Length < length) array = new E[length];
        return array.AsSpan(0, length);
    }
}
