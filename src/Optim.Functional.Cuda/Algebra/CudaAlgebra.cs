using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Cuda;

/// <summary>A provider's work for one type of number, on a device. Matrices stand column by column.</summary>
/// <remarks>What is not worth the way there goes on to another provider, and what does not fit, so that exceptions are that
/// one's.</remarks>
/// <typeparam name="T">The numbers.</typeparam>
/// <typeparam name="R">What they are made of: float or double.</typeparam>
/// <param name="libraries">What computes.</param>
/// <param name="over">What makes all else.</param>
sealed unsafe partial class CudaAlgebra<T, R>(CudaLibraries libraries, ILinearAlgebraProvider<T> over)
    : ILinearAlgebraProvider<T>, IForwardingProvider<T>
    where T : unmanaged, IEquatable<T>
    where R : unmanaged, IBinaryFloatingPointIeee754<R>
{
    static readonly NumberKind kind = NumberKinds.Of<T>();

    readonly CudaLibraries on = libraries;

    ILinearAlgebraProvider<T> IForwardingProvider<T>.To => over;

    static T One => Of(R.One);

    static T Of(R real)
    {
        T number = default;
        *(R*)&number = real;
        return number;
    }

    public void MatrixMultiply(T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result)
    {
        var isOwn = columnsX == rowsY && on.Takes(Area(rowsX, columnsX) * (double)columnsY)
            && Fit((x, Area(rowsX, columnsX)), (y, Area(rowsY, columnsY)), (result, Area(rowsX, columnsY)));
        if (isOwn) Multiply(Read.AsItIs, Read.AsItIs, One, x, rowsX, y, rowsY, default, result, rowsX, columnsY, columnsX);
        else over.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    public void MatrixMultiplyWithUpdate(
        Transpose ofA, Transpose ofB, T α, T[] a, int rowsA, int columnsA, T[] b, int rowsB, int columnsB, T β, T[] c)
    {
        var ((m, k), (k2, n)) = (Seen(ofA, rowsA, columnsA), Seen(ofB, rowsB, columnsB));
        var isOwn = k == k2 && on.Takes(Area(m, n) * (double)k)
            && Fit((a, Area(rowsA, columnsA)), (b, Area(rowsB, columnsB)), (c, Area(m, n)));
        if (isOwn) Multiply(As(ofA), As(ofB), α, a, rowsA, b, rowsB, β, c, m, n, k);
        else over.MatrixMultiplyWithUpdate(ofA, ofB, α, a, rowsA, columnsA, b, rowsB, columnsB, β, c);
    }

    /// <summary>C ← αAB + βC, of m × k and k × n. C may be A or B: it is written last.</summary>
    public void Multiply(
        Read ofA, Read ofB, T α, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, T β, Span<T> c, int m, int n, int k)
    {
        lock (on.Turn)
        {
            using var work = on.Work(out var blas);
            var onA = work.Put(a);
            var onB = a == b ? onA : work.Put(b);
            var onC = β.Equals(default) ? work.Take<T>(c.Length) : work.Put<T>(c);
            on.Check(on.Blas.Multiply(kind, blas, ofA, ofB, m, n, k, &α, onA, lda, onB, ldb, &β, onC, m), "cublasgemm");
            work.Get(onC, c);
        }
    }

    static (int, int) Seen(Transpose how, int rows, int columns) => how == Transpose.DontTranspose ? (rows, columns) : (columns, rows);

    static Read As(Transpose how) => how switch
    {
        Transpose.DontTranspose => Read.AsItIs,
        Transpose.Transpose => Read.Transposed,
        _ => Read.Adjoint,
    };

    /// <summary>Whether these are arrays of the lengths.</summary>
    static bool Fit(params ReadOnlySpan<(T[] Array, long Length)> all)
    {
        foreach (var (array, length) in all)
            if (array is null || array.Length != length) return false;
        return true;
    }

    static bool IsFinite(T[] numbers)
    {
        foreach (var x in MemoryMarshal.Cast<T, R>(numbers))
            if (!R.IsFinite(x)) return false;
        return true;
    }

    static long Area(int rows, int columns) => (long)rows * columns;

    /// <summary>Whether a matrix of so many multiplications to decompose is made on the device.</summary>
    bool Decomposes(double multiplications) => on.Solver is not null && on.Takes(multiplications);

    /// <summary>What a function of cuSOLVER says of its matrix: LAPACK's info.</summary>
    static int Info(in CudaWork work, nint at)
    {
        Span<int> info = [0];
        work.Get(at, info);
        return info[0];
    }

    static void Zero(T[] a, int rows, int columns, bool below)
    {
        for (var j = 0; j < columns; j++)
        {
            var column = a.AsSpan(j * rows, rows);
            if (below) column[Math.Min(j + 1, rows)..].Clear();
            else column[..Math.Min(j, rows)].Clear();
        }
    }
}
