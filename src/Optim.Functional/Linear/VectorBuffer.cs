namespace Optim.Functional;

/// <summary>Vectors of equal length side by side in one pinned array, behind huge pages where the system has them; not written to
/// yet.</summary>
static class VectorBuffer
{
    /// <summary>Elements from one vector to the next: each begins at a cache line, and long ones at different places of their pages, since
    /// lines at the same place displace each other.</summary>
    public static long Stride<T>(int n) =>
        n <= BlockSum.Length ? Up(Math.Max(1, n), InLine<T>()) : Up(n, Environment.SystemPageSize / Unsafe.SizeOf<T>()) + 5 * InLine<T>();

    /// <summary>So many vectors, in as few arrays as hold them.</summary>
    public static Place<T>[] Allocate<T>(int count, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (stride, line) = (Stride<T>(n), InLine<T>());
        var most = (int)Math.Clamp((Array.MaxLength - line) / stride, 1, count);
        var vectors = new Place<T>[count];
        for (var k = 0; k < count; k++)
        {
            if (k % most > 0)
            {
                vectors[k] = vectors[k - 1].After((nint)stride);
                continue;
            }
            var length = (int)Math.Min(Array.MaxLength, line + Math.Min(most, count - k) * stride);
            var array = HugePages.Advise(GC.AllocateUninitializedArray<T>(length, pinned: true));
            var ahead = CacheLine.Ahead(new Place<T>(array));
            vectors[k] = new(array, ahead + n <= length ? ahead : 0);
        }
        return vectors;
    }

    static int InLine<T>() => CacheLine.Bytes / Unsafe.SizeOf<T>();

    static long Up(long length, int whole) => (length + whole - 1) / whole * whole;
}
