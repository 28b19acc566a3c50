using System.Numerics;
using System.Runtime.CompilerServices;

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
    int first; // of the sᵢ·g of the pairs that are kept, in what was learned

    public Execution How { get; set; } = Execution.Default;

    public double Learn(T[] g, T[] oldG, double t, T[] d, CurvaturePairs<T> pairs, int historySize, double γ)
    {
        pairs.Multiply(How);
        var n = pairs.Count;
        var (y, s) = pairs.Fresh(historySize);
        var sums = Room(ref learned, 2 * (pairs.Capacity + 2))[..(2 * (n + 2))];
        Sweep<T>.Run(new Learning(g, oldG, t, d, y, s, pairs.S, n), g.Length, sums, How);
        var (curvature, isKept) = (sums[n], sums[n] > LBFGS.LeastCurvature);
        if (isKept) pairs.Keep(curvature, historySize, sums[..n]);
        first = n + 2 + (isKept ? n + 1 - pairs.Count : 0);
        return isKept ? curvature / sums[n + 1] : γ;
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

    /// <summary>Bytes of a part: as many vectors' as a usual history has fit a core's second cache, in which they are used again.</summary>
    const int PartBytes = 4096;

    /// <summary>Sums whose columns stand side by side on the stack; of longer histories those are made by turns.</summary>
    const int AtOnce = 256;

    static int Part => PartBytes / Unsafe.SizeOf<T>();

    static void Join(Span<double> columns, Span<double> sums)
    {
        for (var k = 0; k < sums.Length; k++) sums[k] += BlockSum.Join(columns.Slice(k * BlockSum.Row, BlockSum.Row));
    }

    /// <summary>y, s; then the products with y, and with g, of all older sᵢ, of s and of y.</summary>
    readonly struct Learning(T[] g, T[] oldG, double t, T[] d, Place<T> y, Place<T> s, Place<T>[] older, int m) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Span<double> columns = stackalloc double[Math.Min(2 * m + 6, AtOnce) * BlockSum.Row], ofY = stackalloc double[Part], ofG = stackalloc double[Part];
            for (int from = 0, count; from < m + 2; from += count)
            {
                count = Math.Min(m + 2 - from, AtOnce / 2);
                var half = (count + 1) / 2 * 2;
                columns.Clear();
                for (int at = start, n; at < start + length; at += n)
                {
                    n = Math.Min(Part, start + length - at);
                    if (from == 0)
                    {
                        Combination<L, T>.Set<On>(y, 1, g, [-1], [oldG], at, n);
                        Combination<L, T>.Set<On>(s, t, d, [], [], at, n);
                    }
                    ref double wideY = ref Products<D, W, T>.Wide(ref y.At(at, n), n, ofY), wideG = ref Products<D, W, T>.Wide(ref g.AsSpan(at, n)[0], n, ofG);
                    for (var i = 0; i < count; i += 2)
                        Products<D, W, T>.Two(ref Vector(from + i).At(at, n), ref Vector(Math.Min(from + i + 1, m + 1)).At(at, n), ref wideY, ref wideG, n,
                            ref columns[i * BlockSum.Row], ref columns[(half + i) * BlockSum.Row]);
                }
                Join(columns, sums.Slice(from, count));
                Join(columns[(half * BlockSum.Row)..], sums.Slice(m + 2 + from, count));
            }
        }

        Place<T> Vector(int i) => i < m ? older[i] : i == m ? s : y;
    }

    /// <summary>q = -g - Σ αᵢyᵢ; then all yᵢ·q.</summary>
    readonly struct Residual(T[] g, double[] minusα, Place<T>[] ys, int m, T[] q) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Span<double> columns = stackalloc double[Math.Min(m + 3, AtOnce) * BlockSum.Row], ofQ = stackalloc double[Part];
            for (int from = 0, count; from == 0 || from < m; from += Math.Max(1, count))
            {
                count = Math.Min(m - from, AtOnce);
                columns.Clear();
                for (int at = start, n; at < start + length; at += n)
                {
                    n = Math.Min(Part, start + length - at);
                    if (from == 0) Combination<L, T>.Set<On>(q, -1, g, minusα.AsSpan(0, m), ys.AsSpan(0, m), at, n);
                    ref var wide = ref Products<D, W, T>.Wide(ref q.AsSpan(at, n)[0], n, ofQ);
                    for (var i = 0; i < count; i += 4)
                    {
                        // Where less than four are left, the last one, which is in cache, stands in for the others.
                        var (second, third, fourth) = (Math.Min(i + 1, count - 1), Math.Min(i + 2, count - 1), Math.Min(i + 3, count - 1));
                        Products<D, W, T>.Four(ref ys[from + i].At(at, n), ref ys[from + second].At(at, n), ref ys[from + third].At(at, n), ref ys[from + fourth].At(at, n),
                            ref wide, n, ref columns[i * BlockSum.Row]);
                    }
                }
                Join(columns, sums.Slice(from, count));
            }
        }
    }

    /// <summary>d = γq + Σ δᵢsᵢ; then g·d and max |d|.</summary>
    readonly struct Direction(T[] g, double γ, double[] δ, Place<T>[] ss, int m, T[] d) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Combination<L, T>.Set(d, γ, d, δ.AsSpan(0, m), ss.AsSpan(0, m), start, length);
            sums[0] += BlockSum.Run<Product, D, W, T>(ref g[start], ref d[start], length);
            sums[1] = Math.Max(sums[1], BlockMax.Run(ref d[start], length));
        }
    }
}
