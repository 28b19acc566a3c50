namespace Optim.Functional;

/// <summary>All parameters as one vector, each row by row (torch's order), and back.</summary>
static partial class Flat
{
    /// <exception cref="ArgumentException">There are more elements than one vector can hold.</exception>
    public static int Length(NDArray[] like)
    {
        Int128 length = 0;
        foreach (var t in like) length += t.Length;
        return length <= Array.MaxLength ? (int)length : throw Fault.LongVector((double)length, Array.MaxLength);
    }

    /// <summary>Writes tensors into the vector of all.</summary>
    /// <param name="from">The tensors.</param>
    /// <param name="flat">The vector.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="there">Who does it where they lie on a device.</param>
    public static void Read<T>(NDArray[] from, Place<T> flat, Execution how, DeviceBlas<T>? there = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, at = 0; i < from.Length; at += (int)from[i++].Length)
            if (there is null) Read((NDArray<T>)from[i], 1, flat.After(at), [], how);
            else Read((NDArray<T>)from[i], 1, flat.After(at), there);
    }

    /// <summary>Writes gradients, each times a scale, into the vector of all; zeros where there is none. Returns the largest size of an
    /// element written.</summary>
    /// <param name="like">The parameters.</param>
    /// <param name="gradient">The gradient of each.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="flat">The vector.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="there">Who does it where they lie on a device.</param>
    public static double Read<T>(
        NDArray[] like, Func<int, NDArray<T>?> gradient, double scale, Place<T> flat, Execution how, DeviceBlas<T>? there = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (there is not null) return Read(like, gradient, scale, flat, there);
        var most = 0.0;
        Span<double> largest = stackalloc double[1];
        for (int i = 0, at = 0; i < like.Length; at += (int)like[i++].Length)
        {
            if (gradient(i) is not { } g)
            {
                flat.After(at).Fill(T.CreateTruncating(scale) * T.Zero, (int)like[i].Length); // -0 to ascend, as of a gradient of zeros
                continue;
            }
            Read(g, scale, flat.After(at), largest, how);
            most = Math.Max(most, largest[0]);
        }
        return most;
    }

    static void Read<T>(NDArray<T> from, double scale, Place<T> to, Span<double> largest, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var columns = !from.HasOrder(columnMajor: false);
        if (columns) Transposition.Of(from, to).Write(how);
        Copy(columns ? to : from.Place, scale, to, (int)from.Length, largest, how);
    }

    /// <summary>Sets the tensors to a point.</summary>
    /// <param name="point">Its vectors are of all tensors.</param>
    /// <param name="start">The tensors where the step starts; may be those that are set.</param>
    /// <param name="to">The tensors.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="there">Who does it where they lie on a device.</param>
    public static void Write<T>(in PlacedPoint<T> point, NDArray[] start, NDArray[] to, Execution how, DeviceBlas<T>? there = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, at = 0; i < to.Length; at += (int)to[i++].Length)
        {
            var (tensor, before) = ((NDArray<T>)to[i], (NDArray<T>)start[i]);
            if (there is not null)
            {
                Write(point, at, before, tensor, there);
                continue;
            }
            var (n, from) = ((int)tensor.Length, point.From?.After(at) ?? before.Place);
            if (!tensor.HasOrder(columnMajor: false))
            {
                if (point.From is null) from.CopyTo(tensor.Place, n);
                else Transposition.To(from, tensor).Write(how);
                if (point.Direction is not { } direction) continue;
                var along = Allocation.Room(ref Kept<T>.Along, n);
                Transposition.To(direction.After(at), tensor, along).Write(how);
                Add(tensor.Place, point.Length, along, tensor.Place, n, how);
            }
            else if (point.Direction is { } direction) Add(from, point.Length, direction.After(at), tensor.Place, n, how);
            else Copy(from, 1, tensor.Place, n, [], how);
        }
    }

    /// <summary>A direction in the order of a matrix, in memory that is kept for the next time.</summary>
    static class Kept<T> where T : unmanaged
    {
        [ThreadStatic] public static T[]? Along;
    }

    /// <summary>to ← c·from, on several threads; to may be from; <paramref name="largest"/>, of one element or none, gets the largest size
    /// of an element.</summary>
    public static void Copy<T>(Place<T> from, double c, Place<T> to, int n, Span<double> largest, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Sweep<T>.Run(new Copying<T>(from, c, to), n, largest, how, largest.Length);

    readonly struct Copying<T>(Place<T> from, double c, Place<T> to) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Combination<L, T>.Set(to, c, from, [], [], start, length);
            if (sums.Length > 0) sums[0] = Math.Max(sums[0], BlockMax.Run(ref to.At(start, length), length));
        }
    }

    /// <summary>to ← x + cy, on several threads; to may be x.</summary>
    public static void Add<T>(Place<T> x, double c, Place<T> y, Place<T> to, int n, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Sweep<T>.Run(new Sum<T>(x, c, y, to), n, [], how);

    readonly struct Sum<T>(Place<T> x, double c, Place<T> y, Place<T> to) : ISweep<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            Combination<L, T>.Set(to, 1, x, [c], [y], start, length);
    }

    /// <summary>New tensors at a point, each shaped and ordered as it was at the start.</summary>
    public static NDArray[] Split<T>(in PlacedPoint<T> point, NDArray[] start, Execution how, DeviceBlas<T>? there = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var parts = Array.ConvertAll(start, t => t.Uninitialised());
        Write(point, start, parts, how, there);
        return parts;
    }

    /// <summary>A vector of tensors that stand in another order, put into the order of <paramref name="like"/>.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="like">The tensors.</param>
    /// <param name="places">The place of each in the vector.</param>
    public static NDArray Reorder(NDArray vector, NDArray[] like, int[] places)
    {
        var result = vector.NewLike(0);
        var starts = new int[like.Length];
        var from = 0;
        foreach (var i in Enumerable.Range(0, like.Length).OrderBy(i => places[i]))
        {
            starts[i] = from;
            from += (int)like[i].Length;
        }
        for (int i = 0, to = 0; i < like.Length; to += (int)like[i++].Length)
            Array.Copy(vector.Storage, starts[i], result.Storage, to, (int)like[i].Length);
        return result;
    }
}
