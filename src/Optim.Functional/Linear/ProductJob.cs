namespace Optim.Functional;

/// <summary>A product of matrices, in blocks of its result, which threads claim.</summary>
/// <remarks>
/// For a block, some columns of A and rows of B are copied in the order in which its tiles read them, and added to each tile's sums;
/// then the next ones. How large the blocks are changes no bit.
/// The memory for that is kept from product to product: at most 1.2 MB a thread for floats, 1.4 MB for doubles.
/// </remarks>
sealed class ProductJob<T> : IChunks where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns of A and rows of B at a time: a tile's rows stay in a core's first cache, a block's columns in its
    /// second.</summary>
    const int Depth = 192;

    /// <summary>The largest block: its tiles down and to the right.</summary>
    const int MostDown = 44, MostRight = 16;

    /// <summary>Multiply-adds that take as long as a step's work on an element.</summary>
    const int PerElement = 32;

    const int Rows = ProductTile<T>.Rows;
    static readonly int Columns = ProductTile<T>.Columns;

    [ThreadStatic] static ProductJob<T>? mine;
    MatrixPlace<T> a, b, c;
    T α, β;
    int bits;
    bool symmetric;
    int down, right, across; // tiles of a block, blocks side by side
    int ofB, ofSums, length; // what lies where in a room
    Room[] rooms = [];
    int open;

    /// <summary>Where one thread works: its copies of A and of B, and its sums.</summary>
    sealed class Room
    {
        public int Taken;
        public int Start;
        public T[] Memory = [];
    }

    /// <summary>C ← αAB + βC, the shapes fitting and C not transposed; the upper triangle and its mirror if it is symmetric.</summary>
    public static void Run(double α, in MatrixPlace<T> a, in MatrixPlace<T> b, double β, in MatrixPlace<T> c, bool symmetric, Execution how)
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        var job = mine ??= new();
        (job.a, job.b, job.c) = (a, b, c);
        job.symmetric = symmetric;
        job.bits = how.LaneBits;
        (job.α, job.β) = (T.CreateTruncating(α), T.CreateTruncating(β));
        var threads = (double)c.Rows * c.Columns * a.Columns / PerElement > how.SerialUpTo ? how.Threads : 1;
        var blocks = job.Cut(threads);
        job.Open(Math.Min(threads, blocks));
        try
        {
            if (threads > 1) Crew.Mine.Run(threads, blocks, job);
            else for (var k = 0; k < blocks; k++) job.Run(k);
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

    /// <summary>Makes a room for each thread, so that they allocate nothing.</summary>
    void Open(int threads)
    {
        int depth = Math.Min(Depth, a.Columns), line = CacheLine.Bytes / Unsafe.SizeOf<T>();
        ofB = Up(down * Rows * depth, line) * line;
        ofSums = ofB + right * Columns * depth;
        length = ofSums + down * Rows * right * Columns;
        while (rooms.Length < threads) rooms = [.. rooms, new()];
        open = threads;
        foreach (var room in rooms.AsSpan(0, open))
        {
            if (room.Memory.Length >= length + line) continue;
            room.Memory = GC.AllocateUninitializedArray<T>(length + line, pinned: true);
            room.Start = CacheLine.Ahead(new Place<T>(room.Memory));
        }
    }

    public void Run(int chunk)
    {
        var (i, j) = (chunk / across * down * Rows, chunk % across * right * Columns);
        if (!Wanted(i, j + (right - 1) * Columns)) return;
        var room = Enter();
        try
        {
            var memory = room.Memory.AsSpan(room.Start, length);
            if (bits >= 512) Block<Lane512<T>>(memory, i, j);
            else if (bits >= 256) Block<Lane256<T>>(memory, i, j);
            else if (bits >= 128) Block<Lane128<T>>(memory, i, j);
            else Block<Lane1<T>>(memory, i, j);
        }
        finally { Volatile.Write(ref room.Taken, 0); }
    }

    /// <summary>A room that nobody is in. There may be none for a moment: helpers of the run before may not have gone yet.</summary>
    Room Enter()
    {
        for (var wait = new SpinWait(); ; wait.SpinOnce(-1))
            foreach (var room in rooms.AsSpan(0, open))
                if (Interlocked.CompareExchange(ref room.Taken, 1, 0) == 0) return room;
    }

    /// <summary>The block that begins at a row and a column.</summary>
    void Block<L>(Span<T> memory, int i, int j) where L : struct, IMemoryLane<L, T>
    {
        Span<T> left = memory[..ofB], top = memory[ofB..ofSums], sums = memory[ofSums..];
        int rows = Math.Min(down * Rows, c.Rows - i), columns = Math.Min(right * Columns, c.Columns - j);
        sums.Clear();
        for (int k = 0, depth; k < a.Columns; k += depth)
        {
            depth = Math.Min(Depth, a.Columns - k);
            Pack(a.Transpose, k, depth, i, rows, left, Rows);
            Pack(b, k, depth, j, columns, top, Columns);
            for (var q = 0; q < columns; q += Columns)
                for (var p = 0; p < rows; p += Rows)
                {
                    if (!Wanted(i + p, j + q)) continue;
                    ProductTile<T>.Add<L>(ref left[p * depth], ref top[q * depth], ref sums[q * down * Rows + p * Columns], depth);
                }
        }
        for (var q = 0; q < columns; q += Columns)
            for (var r = 0; r < rows; r++)
            {
                // Of a row that the diagonal crosses, what is left of it is the mirror's.
                var (skip, end) = (symmetric ? Math.Max(0, i + r - j - q) : 0, Math.Min(Columns, columns - q));
                if (skip < end) Finish<L>(ref sums[q * down * Rows + r * Columns + skip], ref c.At(i + r, j + q + skip), end - skip);
            }
        if (symmetric) ProductMirror.Run(c, i, rows, j, columns);
    }

    /// <summary>Whether a tile has elements of the triangle that is computed.</summary>
    bool Wanted(int row, int column) => !symmetric || column + Columns > row;

    void Finish<L>(ref T sums, ref T to, int n) where L : struct, IMemoryLane<L, T>
    {
        if (T.IsZero(β)) ProductTile<T>.Finish<L, Off>(ref sums, α, β, ref to, n);
        else ProductTile<T>.Finish<L, On>(ref sums, α, β, ref to, n);
    }

    /// <summary>Copies a part of a matrix, <paramref name="width"/> columns at a time, row by row; the last are filled up with
    /// zeros.</summary>
    static void Pack(in MatrixPlace<T> from, int row, int rows, int column, int columns, Span<T> to, int width)
    {
        var source = from.Span;
        for (var first = 0; first < columns; first += width)
        {
            var some = Math.Min(width, columns - first);
            var panel = to.Slice(first * rows, width * rows);
            // Nobody reads the sums made of these, but subnormal leftovers would slow them down.
            if (some < width) panel.Clear();
            if (!from.Transposed)
                for (var r = 0; r < rows; r++) source.Slice((row + r) * from.Columns + column + first, some).CopyTo(panel[(r * width)..]);
            else
                for (var n = 0; n < some; n++) Spread(ref from.At(row, column + first + n), ref panel[n], rows, width);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Spread(ref T from, ref T to, nint n, nint apart)
    {
        for (nint i = 0; i < n; i++) Unsafe.Add(ref to, i * apart) = Unsafe.Add(ref from, i);
    }
}
