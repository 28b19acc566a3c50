using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Optim.Functional;

/// <summary>QR, and least squares by it.</summary>
sealed unsafe partial class Algebra<T, R>
{
    public void QRFactor(T[] a, int rows, int columns, T[] q, T[] τ)
    {
        var isOwn = hasLapack && rows > 0 && columns > 0 && τ?.Length >= Math.Min(rows, columns)
            && Fit((a, Area(rows, columns)), (q, Area(rows, rows))) && !ReferenceEquals(a, q);
        if (!isOwn)
        {
            managed.QRFactor(a, rows, columns, q, τ);
            return;
        }
        Reflect(a, rows, columns, τ!);
        var k = Math.Min(rows, columns);
        a.AsSpan(0, rows * k).CopyTo(q);
        Form(q, rows, rows, k, τ!);
        Zero(a, rows, columns, below: true);
    }

    public void ThinQRFactor(T[] a, int rows, int columns, T[] r, T[] τ)
    {
        var isOwn = hasLapack && columns > 0 && rows >= columns && τ?.Length >= columns
            && Fit((a, Area(rows, columns)), (r, Area(columns, columns))) && !ReferenceEquals(a, r);
        if (!isOwn)
        {
            managed.ThinQRFactor(a, rows, columns, r, τ);
            return;
        }
        Reflect(a, rows, columns, τ!);
        for (var j = 0; j < columns; j++) a.AsSpan(j * rows, columns).CopyTo(r.AsSpan(j * columns));
        Zero(r, columns, columns, below: true);
        Form(a, rows, columns, columns, τ!);
    }

    /// <summary>R, and below it the reflections that make Q.</summary>
    void Reflect(T[] a, int rows, int columns, T[] τ)
    {
        fixed (T* pa = a, pτ = τ)
        {
            T asked;
            lapack.Qr(rows, columns, pa, pτ, &asked, -1);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work) lapack.Qr(rows, columns, pa, pτ, w, work.Length);
        }
    }

    void Form(T[] q, int rows, int columns, int k, T[] τ)
    {
        fixed (T* pq = q, pτ = τ)
        {
            T asked;
            lapack.Q(rows, columns, k, pq, pτ, &asked, -1);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work) lapack.Q(rows, columns, k, pq, pτ, w, work.Length);
        }
    }

    public void QRSolve(T[] a, int rows, int columns, T[] b, int columnsB, T[] x, QRMethod method)
    {
        var isOwn = hasLapack && columns > 0 && rows >= columns && columnsB > 0
            && Fit((a, Area(rows, columns)), (b, Area(rows, columnsB)), (x, Area(columns, columnsB)))
            && !ReferenceEquals(a, b) && !ReferenceEquals(a, x) && !ReferenceEquals(b, x);
        if (!isOwn)
        {
            managed.QRSolve(a, rows, columns, b, columnsB, x, method);
            return;
        }
        var (r, c, τ) = (Copy(a), Copy(b), Numbers<T>(columns));
        Reflect(r, rows, columns, τ);
        fixed (T* pr = r, pc = c, pτ = τ)
        {
            T asked;
            lapack.AdjointQ(adjoint, rows, columnsB, columns, pr, pτ, pc, &asked, -1);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work) lapack.AdjointQ(adjoint, rows, columnsB, columns, pr, pτ, pc, w, work.Length);
            blas.SolveUpper(columns, columnsB, One, pr, rows, pc, rows);
        }
        for (var j = 0; j < columnsB; j++) c.AsSpan(j * rows, columns).CopyTo(x.AsSpan(j * columns));
    }

    public void QRSolveFactored(T[] q, T[] r, int rows, int columns, T[] τ, T[] b, int columnsB, T[] x, QRMethod method)
    {
        var (ofQ, ofR) = method == QRMethod.Full ? (rows, rows) : (columns, columns);
        var isOwn = columns > 0 && rows >= columns && columnsB > 0
            && Fit((q, Area(rows, ofQ)), (r, Area(ofR, columns)), (b, Area(rows, columnsB)), (x, Area(columns, columnsB)))
            && !ReferenceEquals(x, b) && !ReferenceEquals(x, q) && !ReferenceEquals(x, r);
        if (!isOwn)
        {
            managed.QRSolveFactored(q, r, rows, columns, τ, b, columnsB, x, method);
            return;
        }
        fixed (T* pq = q, pr = r, pb = b, px = x)
        {
            blas.Multiply(adjoint, 'N', columns, columnsB, rows, One, pq, rows, pb, rows, default, px, columns);
            blas.SolveUpper(columns, columnsB, One, pr, ofR, px, columns);
        }
    }
}
