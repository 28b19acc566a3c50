namespace Optim.Functional;

/// <summary>A matrix to be written in the other order: its rows of <paramref name="Inner"/> numbers become columns, so that number i·Inner
/// + j goes to j·Outer + i.</summary>
/// <param name="From">Where the numbers are.</param>
/// <param name="To">Where they go; not where they are.</param>
/// <param name="Outer">Rows.</param>
/// <param name="Inner">Numbers of a row.</param>
/// <param name="IsComplex">Whether a number is two elements.</param>
readonly record struct Transposition<T>(Place<T> From, Place<T> To, int Outer, int Inner, bool IsComplex)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a row to come.</summary>
    nint Row => (nint)Outer * (IsComplex ? 2 : 1);

    /// <summary>Elements of so many rows to come as a part of about <paramref name="size"/> elements has: whole tiles, or, where they are
    /// too long for that, squares.</summary>
    public nint Part(nint size)
    {
        var side = Tiles.Side * Row <= Most * size ? Tiles.Side : Tiles.Least;
        return nint.Max(side, size / Row / side * side) * Row;
    }

    /// <summary>How many times as long as wanted a part may be.</summary>
    const int Most = 4;

    /// <summary>Whether parts of that size, or a few times that, are to be had.</summary>
    public bool HasParts(nint size) => Length > size && Part(size) <= Most * size;

    /// <summary>Writes the rows to come from the element <paramref name="start"/> up to <paramref name="stop"/> into memory that is the
    /// thread's, and that the next part is written to.</summary>
    public Place<T> Write(nint start, nint stop)
    {
        var memory = Allocation.Room(ref Mine.Memory, (int)(stop - start));
        Write(memory, (int)(start / Row), (int)(stop / Row));
        return memory;
    }

    static class Mine
    {
        [ThreadStatic] public static T[]? Memory;
    }

    public long Length => (long)Outer * Inner * (IsComplex ? 2 : 1);

    /// <summary>Bands of rows to come that are written apart from each other.</summary>
    public int Bands => (Inner + Tiles.Side - 1) / Tiles.Side;

    /// <summary>Writes one of the bands.</summary>
    public void Write(int band)
    {
        var first = band * Tiles.Side;
        Write(To.After(first * Row), first, Math.Min(Inner, first + Tiles.Side));
    }

    /// <summary>Writes some of the rows to come, to their place.</summary>
    void Write(Place<T> to, int first, int last)
    {
        var from = From.After((nint)first * (IsComplex ? 2 : 1));
        var bytes = Unsafe.SizeOf<T>() * (IsComplex ? 2 : 1);
        if (bytes == 4) Write<uint>(from, to, last - first);
        else if (bytes == 8) Write<ulong>(from, to, last - first);
        else Write<UInt128>(from, to, last - first);
    }

    /// <summary>Numbers of so many bytes, whatever they mean.</summary>
    void Write<E>(Place<T> from, Place<T> to, int rows) where E : unmanaged =>
        Tiles.Write(ref Unsafe.As<T, E>(ref from.First), ref Unsafe.As<T, E>(ref to.First), Outer, Inner, rows);

    /// <summary>Writes all of it.</summary>
    public void Write(Execution how)
    {
        var turns = Transpositions<T>.Mine;
        turns.Add(this);
        turns.Write(how);
    }
}

static class Transposition
{
    /// <summary>Numbers row by row, to be written in the order of a matrix that has the other one; to it, or to another place.</summary>
    public static Transposition<T> To<T>(Place<T> from, NDArray<T> matrix, Place<T>? to = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(from, to ?? matrix.Place, matrix.Dims[0], matrix.Dims[1], matrix.IsComplex);

    /// <summary>A dense matrix that is to be written in the order that it has not.</summary>
    public static Transposition<T> Of<T>(NDArray<T> matrix, Place<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, columns) = (matrix.Dims[0], matrix.Dims[1]);
        var (outer, inner) = matrix.ColumnMajor ? (columns, rows) : (rows, columns);
        return new(matrix.Place, to, outer, inner, matrix.IsComplex);
    }
}

/// <summary>Matrices written in the other order, on several threads.</summary>
sealed class Transpositions<T> : IChunks where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic] static Transpositions<T>? mine;
    readonly List<Transposition<T>> turns = [];
    readonly List<(int Turn, int Band)> bands = [];
    long length;

    public static Transpositions<T> Mine => mine ??= new();

    public int Count => turns.Count;

    public void Add(in Transposition<T> turn)
    {
        for (var band = 0; band < turn.Bands; band++) bands.Add((turns.Count, band));
        turns.Add(turn);
        length += turn.Length;
    }

    /// <summary>Writes what has been added, and forgets it.</summary>
    public void Write(Execution how)
    {
        if (turns.Count == 0) return;
        try { this.RunAll(bands.Count, length, how); }
        finally { Clear(); }
    }

    public void Clear()
    {
        turns.Clear();
        bands.Clear();
        length = 0;
    }

    public void Run(int chunk)
    {
        var (turn, band) = bands[chunk];
        turns[turn].Write(band);
    }
}
