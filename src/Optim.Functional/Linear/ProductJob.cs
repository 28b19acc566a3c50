using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>A product of matrices, in blocks of its result, which threads claim.</summary>
/// <remarks>
/// For a block of the result, as many columns of A and rows of B as the caches hold are copied side by side, in the order in which the tiles read them,
/// and each pair is added to its tile of sums; then the next ones. How large the blocks are changes no bit.
/// </remarks>
sealed class ProductJob<T> : IChunks where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns of A and rows of B at a time: a tile's columns of them stay in a core's first cache, a block's rows in its second.</summary>
    const int Depth = 192;

    /// <summary>The largest block: its tiles down and to the right.</summary>
    const int MostDown = 44, MostRight = 16;

    /// <summary>Multiply-adds that take as long as a step's work on an element.</summary>
    const int PerElement = 32;

    const int Rows = ProductTile<T>.Rows;
    static readonly int Columns = ProductTile<T>.Columns;

    [ThreadStatic] static ProductJob<T>? mine;
    Room?[] rooms = [];
    MatrixPlace<T> a, b, c;
    T α, β;
    int bits;
    bool symmetric;
    int down, right, across; // tiles of a block, blocks side by side
    int count, ofB, ofSums, length; // rooms, and what lies where in one

    /// <summary>Where one thread works: its part of A and of B, and its sums.</summary>
    sealed class Room
    {
        public int Taken;
        public T[] Memory = [];
        public int Start;
    }

    /// <summary>C ← αAB + βC, with rows of C in a piece. The shapes fit.</summary>
    /// <param name="α">Factor of the product.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="β">Factor of what C holds.</param>
    /// <param name="c">C.</param>
    /// <param name="symmetric">Whether to compute the upper triangle and mirror it.</param>
    /// <param name="how">Threads and lanes.</param>
    public static void Run(double α, in MatrixPlace<T> a, in MatrixPlace<T> b, double β, in MatrixPlace<T> c, bool symmetric, Execution how)
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        var job = mine ??= new();
        (job.a, job.b, job.c, job.symmetric, job.bits) = (a, b, c, symmetric, how.LaneBits);
        (job.α, job.β) = (T.CreateTruncating(α), T.CreateTruncating(β));
        var threads = (double)c.Rows * c.Columns * a.Columns / PerElement > how.SerialUpTo ? how.Threads : 1;
        var chunks = job.Cut(threads);
        job.Furnish(Math.Min(threads, chunks));
        try
        {
            if (threads > 1) Crew.Mine.Run(threads, chunks, job);
            else for (var k = 0; k < chunks; k++) job.Run(k);
        }
        finally { job.a = job.b = job.c = default; }
    }

    /// <summary>Cuts the result into blocks of about the same size, several for each thread if there is more than one.</summary>
    int Cut(int threads)
    {
        int tall = Up(c.Rows, Rows), wide = Up(c.Columns, Columns), rows = Up(tall, MostDown), columns = Up(wide, MostRight);
        while (threads > 1 && rows * columns < 4 * threads && (rows < tall || columns < wide))
            if (columns == wide || rows < tall && tall / rows * Rows > wide / columns * Columns) rows++;
            else columns++;
        (down, right) = (Up(tall, rows), Up(wide, columns));
        across = Up(wide, right);
        return Up(tall, down) * across;
    }

    static int Up(int n, int by) => (n + by - 1) / by;

    /// <summary>Gives each thread a room for its block.</summary>
    void Furnish(int threads)
    {
        int depth = Math.Min(Depth, a.Columns), line = CacheLine.Bytes / Unsafe.SizeOf<T>();
        ofB = Up(down * Rows * depth, line) * line;
        ofSums = ofB + right * Columns * depth;
        length = ofSums + down * Rows * right * Columns;
        count = threads;
        if (rooms.Length < threads) Array.Resize(ref rooms, threads);
        for (var r = 0; r < threads; r++)
            if ((rooms[r] ??= new()) is var room && room.Memory.Length < length + line)
            {
                room.Memory = GC.AllocateUninitializedArray<T>(length + line, pinned: true);
                room.Start = CacheLine.Ahead(new Place<T>(room.Memory));
            }
    }

    public void Run(int chunk)
    {
        var room = Enter();
        try
        {
            var (i, j) = (chunk / across * down * Rows, chunk % across * right * Columns);
            Block(room.Memory.AsSpan(room.Start, length), i, Math.Min(down * Rows, c.Rows - i), j, Math.Min(right * Columns, c.Columns - j));
        }
        finally { Volatile.Write(ref room.Taken, 0); }
    }

    /// <summary>A room that nobody is in. There may be none for a moment: helpers of the run before that have not gone yet may come along.</summary>
    Room Enter()
    {
        for (var wait = new SpinWait(); ; wait.SpinOnce(-1))
            for (var r = 0; r < count; r++)
                if (Interlocked.CompareExchange(ref rooms[r]!.Taken, 1, 0) == 0) return rooms[r]!;
    }

    void Block(Span<T> memory, int i, int rows, int j, int columns)
    {
        if (symmetric && j + columns <= i) return;
        Span<T> left = memory[..ofB], top = memory[ofB..ofSums], sums = memory[ofSums..];
        sums.Clear();
        for (int k = 0, depth; k < a.Columns; k += depth)
        {
            depth = Math.Min(Depth, a.Columns - k);
            for (var d = 0; d * Rows < rows; d++) Pack(a.Transpose, k, depth, i + d * Rows, Math.Min(Rows, rows - d * Rows), left.Slice(d * Rows * depth, Rows * depth), Rows);
            for (var r = 0; r * Columns < columns; r++) Pack(b, k, depth, j + r * Columns, Math.Min(Columns, columns - r * Columns), top.Slice(r * Columns * depth, Columns * depth), Columns);
            for (var r = 0; r * Columns < columns; r++)
                for (var d = 0; d * Rows < rows; d++)
                    if (!symmetric || j + (r + 1) * Columns > i + d * Rows)
                        Add(ref left[d * Rows * depth], ref top[r * Columns * depth], ref sums[(r * down + d) * Rows * Columns], depth);
        }
        for (var r = 0; r * Columns < columns; r++)
            for (var d = 0; d * Rows < rows; d++)
                Finish(sums.Slice((r * down + d) * Rows * Columns, Rows * Columns), i + d * Rows, Math.Min(Rows, rows - d * Rows), j + r * Columns, Math.Min(Columns, columns - r * Columns));
        if (symmetric) Mirror(i, rows, j, columns);
    }

    /// <summary>Copies <paramref name="depth"/> rows from <paramref name="k"/> on of some columns of a matrix, one row after another, each made <paramref name="width"/> long with zeros.</summary>
    static void Pack(MatrixPlace<T> from, int k, int depth, int column, int columns, Span<T> to, int width)
    {
        if (columns < width) to.Clear();
        if (!from.Transposed)
            for (var d = 0; d < depth; d++) from.Span.Slice((k + d) * from.Columns + column, columns).CopyTo(to[(d * width)..]);
        else
            for (var n = 0; n < columns; n++)
            {
                ref T source = ref from.At(k, column + n), target = ref to[n];
                for (nint d = 0; d < depth; d++) Unsafe.Add(ref target, d * width) = Unsafe.Add(ref source, d);
            }
    }

    void Add(ref T left, ref T top, ref T sums, int depth)
    {
        if (bits >= 512) ProductTile<T>.Add<Lane512<T>>(ref left, ref top, ref sums, depth);
        else if (bits >= 256) ProductTile<T>.Add<Lane256<T>>(ref left, ref top, ref sums, depth);
        else if (bits >= 128) ProductTile<T>.Add<Lane128<T>>(ref left, ref top, ref sums, depth);
        else ProductTile<T>.Add<Lane1<T>>(ref left, ref top, ref sums, depth);
    }

    void Finish(Span<T> sums, int i, int rows, int j, int columns)
    {
        if (symmetric && j + columns <= i) return;
        for (var r = 0; r < rows; r++)
        {
            var skip = symmetric ? Math.Max(0, i + r - j) : 0;
            if (skip < columns) FinishRow(ref sums[r * Columns + skip], ref c.At(i + r, j + skip), columns - skip);
        }
    }

    /// <summary>Copies a block's elements above the diagonal to their places below, in squares of a line's length.</summary>
    void Mirror(int i, int rows, int j, int columns)
    {
        const int Side = 16;
        for (var n = j; n < j + columns; n += Side)
            for (var r = i; r < Math.Min(i + rows, n + Side); r += Side)
                Mirror(ref c.At(0, 0), c.Columns, r, Math.Min(r + Side, i + rows), n, Math.Min(n + Side, j + columns));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Mirror(ref T c, nint width, int row, int rows, int column, int columns)
    {
        for (nint n = column; n < columns; n++)
            for (nint r = row; r < Math.Min(rows, n); r++) Unsafe.Add(ref c, n * width + r) = Unsafe.Add(ref c, r * width + n);
    }

    void FinishRow(ref T sums, ref T to, int n)
    {
        if (bits >= 512) Finish<Lane512<T>>(ref sums, ref to, n);
        else if (bits >= 256) Finish<Lane256<T>>(ref sums, ref to, n);
        else if (bits >= 128) Finish<Lane128<T>>(ref sums, ref to, n);
        else Finish<Lane1<T>>(ref sums, ref to, n);
    }

    void Finish<L>(ref T sums, ref T to, int n) where L : struct, IMemoryLane<L, T>
    {
        if (T.IsZero(β)) ProductTile<T>.Finish<L, Off>(ref sums, α, β, ref to, n);
        else ProductTile<T>.Finish<L, On>(ref sums, α, β, ref to, n);
    }
}
