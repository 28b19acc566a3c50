using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>A matrix to be written in the other order: its rows of <paramref name="Inner"/> numbers become columns, so that number i·Inner + j goes to j·Outer + i.</summary>
/// <param name="From">Where the numbers are.</param>
/// <param name="To">Where they go; not where they are.</param>
/// <param name="Outer">Rows.</param>
/// <param name="Inner">Numbers of a row.</param>
/// <param name="IsComplex">Whether a number is two elements.</param>
readonly record struct Turn<T>(Place<T> From, Place<T> To, int Outer, int Inner, bool IsComplex) where T : unmanaged, IFloatingPointIeee754<T>
{
    public long Length => (long)Outer * Inner * (IsComplex ? 2 : 1);

    /// <summary>Bands of rows to come that are written apart from each other.</summary>
    public int Bands => (Inner + Tiles.Side - 1) / Tiles.Side;

    /// <summary>Writes one of the bands.</summary>
    public void Write(int band)
    {
        var first = band * Tiles.Side;
        var last = Math.Min(Inner, first + Tiles.Side);
        switch (Unsafe.SizeOf<T>() * (IsComplex ? 2 : 1))
        {
            case 4: Tiles.Write(ref Unsafe.As<T, uint>(ref From.First), ref Unsafe.As<T, uint>(ref To.First), Outer, Inner, first, last); break;
            case 8: Tiles.Write(ref Unsafe.As<T, ulong>(ref From.First), ref Unsafe.As<T, ulong>(ref To.First), Outer, Inner, first, last); break;
            default: Tiles.Write(ref Unsafe.As<T, UInt128>(ref From.First), ref Unsafe.As<T, UInt128>(ref To.First), Outer, Inner, first, last); break;
        }
    }

    /// <summary>Writes all of it.</summary>
    public void Write(Execution how)
    {
        var turns = Turns<T>.Mine;
        turns.Add(this);
        turns.Write(how);
    }
}

static class Turn
{
    /// <summary>Numbers row by row, to be written in the order of a matrix that has the other one; to it, or to another place.</summary>
    public static Turn<T> To<T>(Place<T> from, NDArray<T> matrix, Place<T>? to = null) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(from, to ?? matrix.Place, matrix.Dims[0], matrix.Dims[1], matrix.IsComplex);

    /// <summary>A dense matrix that is to be written in the order that it has not.</summary>
    public static Turn<T> Of<T>(NDArray<T> matrix, Place<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, columns) = (matrix.Dims[0], matrix.Dims[1]);
        return matrix.ColumnMajor ? new(matrix.Place, to, columns, rows, matrix.IsComplex) : new(matrix.Place, to, rows, columns, matrix.IsComplex);
    }
}

/// <summary>Matrices written in the other order, on several threads.</summary>
sealed class Turns<T> : IChunks where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic] static Turns<T>? mine;
    readonly List<Turn<T>> turns = [];
    readonly List<(int Turn, int Band)> bands = [];
    long length;

    public static Turns<T> Mine => mine ??= new();

    public int Count => turns.Count;

    public void Add(in Turn<T> turn)
    {
        for (var band = 0; band < turn.Bands; band++) bands.Add((turns.Count, band));
        turns.Add(turn);
        length += turn.Length;
    }

    /// <summary>Writes what has been added, and forgets it.</summary>
    public void Write(Execution how)
    {
        if (turns.Count == 0) return;
        try
        {
            if (how.Threads > 1 && length > how.SerialUpTo) Crew.Mine.Run(how.Threads, bands.Count, this);
            else for (var k = 0; k < bands.Count; k++) Run(k);
        }
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
