using System.Numerics;

namespace Optim.Functional;

/// <summary>The two loops for vectors that do not stay in cache, in three sweeps over the history: S, Y, and S again.</summary>
/// <remarks>
/// In the loops sᵢ·q and yᵢ·d wait for the vector before; here they are made of products with vectors that are there before the loop:
/// sᵢ·q = -sᵢ·g - Σ αⱼ sᵢ·yⱼ over the newer pairs, yᵢ·d = γ yᵢ·q + Σ (αⱼ - βⱼ) sⱼ·yᵢ over the older ones, the sᵢ·yⱼ being kept with the pairs.
/// So a loop's products take one reading of the history, the two loops 3m vectors of it, and not 8m.
/// </remarks>
sealed class LbfgsSweeps<T> : ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    double[] learned = [], α = [], δ = [], yq = [];
    int first;

    public Execution How { get; set; } = Execution.Default;

    public double Learn(T[] g, T[] oldG, double t, T[] d, CurvaturePairs<T> pairs, int historySize, double γ)
    {
        pairs.Multiply(How);
        var n = pairs.Count;
        var (y, s) = pairs.Fresh(historySize);
        var sums = Room(ref learned, 3 + 2 * pairs.Capacity);
        Sweep<T>.Run(new Learning(g, oldG, t, d, y, s, pairs.S, n), g.Length, sums, How);
        var (curvature, isKept) = (sums[0], sums[0] > LBFGS.LeastCurvature);
        if (isKept) pairs.Keep(curvature, historySize, sums.Slice(2, n));
        first = isKept ? 3 + 2 * n - pairs.Count : 2 + n;
        return isKept ? curvature / sums[1] : γ;
    }

    public (double Slope, double Largest) Direct(T[] g, CurvaturePairs<T> pairs, double γ, T[] d)
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
        Sweep<T>.Run(new Residual(g, α, pairs.Y, m, d), g.Length, products, How);
        for (var i = 0; i < m; i++)
        {
            var yd = γ * products[i];
            for (var j = 0; j < i; j++) yd += δ[j] * pairs.SY(j, i);
            δ[i] = -α[i] - ρ[i] * yd;
        }
        Span<double> last = stackalloc double[2];
        Sweep<T>.Run(new Direction(g, γ, δ, pairs.S, m, d), g.Length, last, How, largest: 1);
        return (last[0], last[1]);
    }

    static Span<double> Room(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[length];
        return array.AsSpan(0, length);
    }

    /// <summary>y, s; then y·s, y·y, all sᵢ·y and all sᵢ·g of the older pairs, s·g.</summary>
    readonly struct Learning(T[] g, T[] oldG, double t, T[] d, T[] y, T[] s, T[][] ss, int m) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Combination<L, T>.Set(y, 1, g, [-1], [oldG], start, length);
            Combination<L, T>.Set(s, t, d, [], [], start, length);
            sums[0] += BlockSum.Run<Product, D, W, T>(ref y[start], ref s[start], length);
            sums[1] += BlockSum.Run<Product, D, W, T>(ref y[start], ref y[start], length);
            for (int i = 0, next; i < m; i = next)
            {
                next = Math.Min(m, i + BlockSum.AtOnce); // both products while these vectors are in cache
                BlockSum.Products<D, W, T>(ss.AsSpan(i..next), y, start, length, sums[(2 + i)..]);
                BlockSum.Products<D, W, T>(ss.AsSpan(i..next), g, start, length, sums[(2 + m + i)..]);
            }
            sums[2 + 2 * m] += BlockSum.Run<Product, D, W, T>(ref s[start], ref g[start], length);
        }
    }

    /// <summary>q = -g - Σ αᵢyᵢ; then all yᵢ·q.</summary>
    readonly struct Residual(T[] g, double[] minusα, T[][] ys, int m, T[] q) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Combination<L, T>.Set(q, -1, g, minusα.AsSpan(0, m), ys.AsSpan(0, m), start, length);
            BlockSum.Products<D, W, T>(ys.AsSpan(0, m), q, start, length, sums);
        }
    }

    /// <summary>d = γq + Σ δᵢsᵢ; then g·d and max |d|.</summary>
    readonly struct Direction(T[] g, double γ, double[] δ, T[][] ss, int m, T[] d) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Combination<L, T>.Set(d, γ, d, δ.AsSpan(0, m), ss.AsSpan(0, m), start, length);
            sums[0] += BlockSum.Run<Product, D, W, T>(ref g[start], ref d[start], length);
            sums[1] = Math.Max(sums[1], BlockSum.Run<Largest, D, W, T>(ref d[start], ref d[start], length));
        }
    }
}
