namespace Optim.Functional;

/// <summary>Sums and maxima of vectors, in double: the same bits for any number of threads and any lane.</summary>
/// <remarks>
/// Floats are widened, their products exact. Each sum is wrong by at most 268 + log₂(n / 32768) roundings of the sum of the terms' sizes:
/// 256 rows, 5 halvings of the columns, 4 blocks, a few at the end, then one for each doubling of the chunks.
/// </remarks>
static class Reduce
{
    /// <summary>x·y of vectors of <paramref name="n"/> elements.</summary>
    public static double Dot<T>(Place<T> x, Place<T> y, nint n, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
        Run<Term<Product, T>, T>(new(x, y), n, how);

    /// <summary>Σ |x|.</summary>
    public static double SumAbs<T>(Place<T> x, nint n, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
        Run<Term<Magnitude, T>, T>(new(x, x), n, how);

    /// <summary>max |x|, 0 of no elements; NaN if any element is.</summary>
    public static double MaxAbs<T>(Place<T> x, nint n, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
        Run<Max<T>, T>(new(x), n, how, largest: 1);

    /// <summary>x·x of several vectors together, in one pass over them: that of each, added in their order.</summary>
    /// <param name="vectors">The vectors, or parts of them that are whole chunks; asked for from several threads.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="combine">Brings the other parts' sums.</param>
    public static double SumOfSquares<T, V>(in V vectors, Execution how, ICombine? combine = null)
        where T : unmanaged, IFloatingPointIeee754<T> where V : struct, IVectors<T>
    {
        var chunks = Squares<T, V>.Kept ??= [];
        chunks.Clear();
        var length = 0L;
        for (var v = 0; v < vectors.Count; v++)
        {
            var x = vectors[v];
            length += x.Length;
            for (nint start = 0; start < x.Whole; start += Sweep<T>.Chunk) chunks.Add((v, start));
        }
        var parts = Sweep<T>.Parts(chunks.Count);
        LaneWork<T>.Run(new Squares<T, V>(vectors, chunks, parts), chunks.Count, length, how);
        combine?.Sum(parts.AsSpan(0, chunks.Count));

        var sum = 0.0;
        for (int first = 0, end; first < chunks.Count; first = end)
        {
            for (end = first + 1; end < chunks.Count && chunks[end].Vector == chunks[first].Vector; end++) { }
            Pairs.Join(parts.AsSpan(first), end - first, 1, largest: 0);
            sum += parts[first];
        }
        return double.IsNaN(sum) ? double.NaN : sum;
    }

    static double Run<S, T>(in S terms, nint n, Execution how, int largest = 0)
        where S : struct, ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        double result = 0;
        Sweep<T>.Run(terms, n, new(ref result), how, largest);
        return result;
    }

    readonly struct Term<S, T>(Place<T> x, Place<T> y) : ISweep<T> where S : struct, ITerm where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] += BlockSum.Run<S, D, W, T>(ref x.At(start, length), ref y.At(start, length), length);
    }

    readonly struct Max<T>(Place<T> x) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            sums[0] = Math.Max(sums[0], BlockMax.Run(ref x.At(start, length), length));
    }

    readonly struct Squares<T, V>(V vectors, List<(int Vector, nint Start)> chunks, double[] parts) : ILaneWork<T>
        where T : unmanaged, IFloatingPointIeee754<T> where V : struct, IVectors<T>
    {
        [ThreadStatic] public static List<(int Vector, nint Start)>? Kept;

        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (v, start) = chunks[chunk];
            var x = vectors[v];
            if (!x.Has(start)) return;
            Sweep<T>.RunChunk<Term<Square, T>, L, D, W>(new(x.From, x.From), start - x.Start, x.Length, parts.AsSpan(chunk, 1));
        }
    }
}

/// <summary>Vectors by number, wherever they lie.</summary>
interface IVectors<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    int Count { get; }
    Stretch<T> this[int i] { get; }
}

/// <summary>A part of a vector.</summary>
/// <param name="From">Where it lies.</param>
/// <param name="Start">Its first element's number in the vector.</param>
/// <param name="Length">Its elements.</param>
/// <param name="Whole">The vector's.</param>
readonly record struct Stretch<T>(Place<T> From, nint Start, nint Length, nint Whole) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>All of a vector.</summary>
    public Stretch(Place<T> from, nint length) : this(from, 0, length, length) { }

    /// <summary>Whether the element of this number is in it.</summary>
    public bool Has(nint number) => number >= Start && number - Start < Length;
}
