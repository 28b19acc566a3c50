using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>Sums of vectors, products of matrices, norms.</summary>
sealed unsafe partial class Algebra<T, R>
{
    public void AddVectorToScaledVector(T[] y, T α, T[] x, T[] result)
    {
        var isOwn = y is { Length: > 0 } && Fit((x, y.Length), (result, y.Length)) && !α.Equals(default) && !ReferenceEquals(result, x);
        if (!isOwn)
        {
            managed.AddVectorToScaledVector(y, α, x, result);
            return;
        }
        if (!ReferenceEquals(result, y)) y.CopyTo(result, 0);
        fixed (T* from = x, to = result) blas.Axpy(x.Length, α, from, to);
    }

    public void ScaleArray(T α, T[] x, T[] result)
    {
        if (x is not { Length: > 0 } || !Fit((result, x.Length)) || α.Equals(default))
        {
            managed.ScaleArray(α, x, result);
            return;
        }
        if (!ReferenceEquals(result, x)) x.CopyTo(result, 0);
        fixed (T* to = result) blas.Scale(result.Length, α, to);
    }

    public T DotProduct(T[] x, T[] y)
    {
        if (x is not { Length: > 0 } || !Fit((y, x.Length))) return managed.DotProduct(x, y);
        fixed (T* px = x, py = y) return blas.Dot(x.Length, px, py);
    }

    public void MatrixMultiply(T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result)
    {
        var isOwn = columnsX == rowsY && rowsX > 0 && columnsX > 0 && columnsY > 0
            && Fit((x, Area(rowsX, columnsX)), (y, Area(rowsY, columnsY)), (result, Area(rowsX, columnsY)));
        if (isOwn) Multiply('N', 'N', One, x, rowsX, y, rowsY, default, result, rowsX, columnsY, columnsX);
        else managed.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    public void MatrixMultiplyWithUpdate(
        Transpose ofA, Transpose ofB, T α, T[] a, int rowsA, int columnsA, T[] b, int rowsB, int columnsB, T β, T[] c)
    {
        var ((m, k), (k2, n)) = (Seen(ofA, rowsA, columnsA), Seen(ofB, rowsB, columnsB));
        var isOwn = k == k2 && m > 0 && k > 0 && n > 0 && !α.Equals(default)
            && Fit((a, Area(rowsA, columnsA)), (b, Area(rowsB, columnsB)), (c, Area(m, n)));
        if (isOwn) Multiply(Letter(ofA), Letter(ofB), α, a, rowsA, b, rowsB, β, c, m, n, k);
        else managed.MatrixMultiplyWithUpdate(ofA, ofB, α, a, rowsA, columnsA, b, rowsB, columnsB, β, c);
    }

    public void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T α, ReadOnlySpan<T> a, ReadOnlySpan<T> b, T β, Span<T> c)
    {
        if (m < 1 || n < 1 || k < 1 || a.Length != Area(m, k) || b.Length != Area(k, n) || c.Length != Area(m, n))
            throw Fault.ProductLengths(m, n, k, a.Length, b.Length, c.Length);
        var (ofA, ofB) = (transposeA ? 'T' : 'N', transposeB ? 'T' : 'N');
        fixed (T* pa = a, pb = b, pc = c) blas.Multiply(ofA, ofB, m, n, k, α, pa, transposeA ? k : m, pb, transposeB ? n : k, β, pc, m);
    }

    static (int, int) Seen(Transpose how, int rows, int columns) => how == Transpose.DontTranspose ? (rows, columns) : (columns, rows);

    static char Letter(Transpose how) => how switch { Transpose.DontTranspose => 'N', Transpose.Transpose => 'T', _ => 'C' };

    /// <summary>C may be A or B.</summary>
    void Multiply(char ofA, char ofB, T α, T[] a, int rowsA, T[] b, int rowsB, T β, T[] c, int m, int n, int k)
    {
        if (ReferenceEquals(a, c)) a = Copy(a);
        if (ReferenceEquals(b, c)) b = Copy(b);
        fixed (T* pa = a, pb = b, pc = c) blas.Multiply(ofA, ofB, m, n, k, α, pa, rowsA, pb, rowsB, β, pc, m);
    }

    public double MatrixNorm(Norm norm, int rows, int columns, T[] matrix)
    {
        if (rows > 0 && columns > 0 && Fit((matrix, Area(rows, columns))) && Norm(norm, rows, columns, matrix) is { } found) return found;
        return managed.MatrixNorm(norm, rows, columns, matrix);
    }

    /// <summary>Libraries differ in what an infinity or a NaN makes of a norm, so then MathNet says it.</summary>
    double? Norm(Norm norm, int rows, int columns, T[] matrix)
    {
        var which = norm switch
        {
            MathNet.Numerics.Providers.LinearAlgebra.Norm.OneNorm => '1',
            MathNet.Numerics.Providers.LinearAlgebra.Norm.InfinityNorm => 'I',
            MathNet.Numerics.Providers.LinearAlgebra.Norm.LargestAbsoluteValue => 'M',
            _ => 'F',
        };
        var found = double.NaN;
        fixed (T* a = matrix)
        {
            if (which == 'F') found = double.CreateTruncating(blas.Norm<T, R>(matrix.Length, a));
            else if (hasLapack && (library.FloatsReturn || typeof(R) == typeof(double)))
                fixed (R* work = Numbers<R>(rows)) found = double.CreateTruncating(lapack.Norm<T, R>(which, rows, columns, a, work));
        }
        return double.IsFinite(found) ? found : null;
    }
}
