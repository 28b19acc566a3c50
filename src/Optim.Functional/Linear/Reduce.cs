using System.Numerics;

namespace Optim.Functional;

/// <summary>Sums and maxima of vectors, in double: the same bits for any number of threads and any lane.</summary>
/// <remarks>
/// Floats are widened, their products exact. Each sum is wrong by at most 268 + log₂(n / 32768) roundings of the sum of the terms' sizes:
/// 256 rows, 5 halvings of the columns, 4 blocks, a few at the end, then one for each doubling of the chunks.
/// </remarks>
static unsafe class Reduce
{
    /// <summary>x·y of two vectors of equal length.</summary>
    public static double Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Run<Product, T>(x, y[..x.Length], how);

    /// <summary>x·x.</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> x, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Run<Square, T>(x, x, how);

    /// <summary>Σ |x|.</summary>
    public static double SumAbs<T>(ReadOnlySpan<T> x, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Run<Magnitude, T>(x, x, how);

    /// <summary>max |x|, 0 of no elements; NaN if any element is.</summary>
    public static double MaxAbs<T>(ReadOnlySpan<T> x, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double result = 0;
        fixed (T* p = x) Sweep<T>.Run(new Max<T>(p), x.Length, new(ref result), how, largest: 1);
        return result;
    }

    /// <summary>The same of so many elements from a place on.</summary>
    public static double MaxAbs<T>(Place<T> x, nint n, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double result = 0;
        Sweep<T>.Run(new MaxOf<T>(x), n, new(ref result), how, largest: 1);
        return result;
    }

    /// <summary>x·x of several vectors together, in one pass over them: that of each, added in their order.</summary>
    /// <param name="vectors">The vectors; asked for from several threads.</param>
    /// <param name="how">Threads and lanes.</param>
    public static double SumOfSquares<T, V>(in V vectors, Execution how) where T : unmanaged, IFloatingPointIeee754<T> where V : struct, IVectors<T>
    {
        var job = Many<T, V>.Mine ??= new();
        return job.Run(vectors, how);
    }

    static double Run<S, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Execution how) where S : struct, ITerm where T : unmanaged, IFloatingPointIeee754<T>
    {
        double result = 0;
        fixed (T* a = x, b = y) Sweep<T>.Run(new Term<S, T>(a, b), x.Length, new(ref result), how);
        return result;
    }

    readonly struct Term<S, T>(T* x, T* y) : ISweep<T> where S : struct, ITerm where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] += BlockSum.Run<S, D, W, T>(ref x[start], ref y[start], length);
    }

    readonly struct Max<T>(T* x) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] = Math.Max(sums[0], BlockMax.Run(ref x[start], length));
    }

    readonly struct MaxOf<T>(Place<T> x) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] = Math.Max(sums[0], BlockMax.Run(ref x.From(start), length));
    }

    readonly struct SquareOf<T>(Place<T> x) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] += BlockSum.Run<Square, D, W, T>(ref x.From(start), ref x.From(start), length);
    }

    sealed class Many<T, V> : IChunks where T : unmanaged, IFloatingPointIeee754<T> where V : struct, IVectors<T>
    {
        [ThreadStatic] public static Many<T, V>? Mine;
        (int Vector, nint Start)[] chunks = [];
        double[] parts = [];
        V vectors;
        int bits;

        public double Run(in V from, Execution how)
        {
            (vectors, bits) = (from, how.LaneBits);
            var (n, length) = (0, 0L);
            for (var v = 0; v < from.Count; v++)
            {
                var size = from[v].Length;
                length += size;
                for (nint start = 0; start < size; start += Sweep<T>.Chunk)
                {
                    if (n == chunks.Length) { Array.Resize(ref chunks, Math.Max(16, 2 * n)); Array.Resize(ref parts, chunks.Length); }
                    chunks[n++] = (v, start);
                }
            }
            Array.Clear(parts, 0, n);
            if (how.Threads > 1 && length > how.SerialUpTo) Crew.Mine.Run(how.Threads, n, this);
            else for (var c = 0; c < n; c++) Run(c);
            vectors = default;

            var sum = 0.0;
            for (int first = 0, end; first < n; first = end)
            {
                for (end = first + 1; end < n && chunks[end].Vector == chunks[first].Vector; end++) { }
                Pairs.Join(parts.AsSpan(first), end - first, 1, largest: 0);
                sum += parts[first];
            }
            return double.IsNaN(sum) ? double.NaN : sum;
        }

        public void Run(int chunk)
        {
            var (v, start) = chunks[chunk];
            var (from, length) = vectors[v];
            var body = new SquareOf<T>(from);
            Sweep<T>.RunChunk(ref body, start, start + nint.Min(Sweep<T>.Chunk, length - start), parts.AsSpan(chunk, 1), bits);
        }
    }
}

/// <summary>Vectors by number, wherever they lie.</summary>
interface IVectors<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    int Count { get; }
    (Place<T> From, nint Length) this[int i] { get; }
}
