namespace Optim.Functional;

/// <summary>The products sᵢ·yⱼ of pairs, i older than j: those with the second pair first, then with the third.</summary>
readonly struct AllProducts<T>(Place<T>[] s, Place<T>[] y, int count) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Length => Sweep<T>.Chunk;

    public void Block<L, D, W>(nint start, int length, Span<double> sums)
        where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
    {
        Span<double> columns = stackalloc double[Math.Min(count, Products<D, W, T>.AtOnce) * Products<D, W, T>.Row];
        for (int j = 1, k = 0; j < count; j++)
            for (int i = 0, some; i < j; i += some, k += some)
            {
                some = Math.Min(j - i, Products<D, W, T>.AtOnce);
                columns.Clear();
                Products<D, W, T>.Add<Off>(s.AsSpan(i, some), y[j], y[j], start, length, columns, columns, Ask.Nothing);
                Products<D, W, T>.Join(columns, sums.Slice(k, some));
            }
    }
}
