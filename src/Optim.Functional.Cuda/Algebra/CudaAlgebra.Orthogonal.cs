using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Optim.Functional.Cuda;

// QR, singular values, eigenvalues of symmetric matrices.
sealed unsafe partial class CudaAlgebra<T, R>
{
    public void QRFactor(T[] a, int rows, int columns, T[] q, T[] τ)
    {
        var k = Math.Min(rows, columns);
        var isOwn = k > 0 && Decomposes((double)rows * rows * k) && τ?.Length >= k
            && Fit((a, Area(rows, columns)), (q, Area(rows, rows))) && !ReferenceEquals(a, q);
        if (!isOwn)
        {
            over.QRFactor(a, rows, columns, q, τ);
            return;
        }
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var (onA, onτ, onQ) = (work.Put<T>(a), work.Take<T>(k), work.Take<T>(Area(rows, rows)));
            Reflect(work, solver, rows, columns, onA, onτ);
            work.Move<T>(onA, onQ, Area(rows, k));
            Form(work, solver, rows, rows, k, onQ, onτ);
            work.Get(onA, a.AsSpan());
            work.Get(onQ, q.AsSpan());
            work.Get(onτ, τ.AsSpan(0, k));
        }
        Zero(a, rows, columns, below: true);
    }

    public void ThinQRFactor(T[] a, int rows, int columns, T[] r, T[] τ)
    {
        var isOwn = columns > 0 && rows >= columns && Decomposes((double)rows * columns * columns) && τ?.Length >= columns
            && Fit((a, Area(rows, columns)), (r, Area(columns, columns))) && !ReferenceEquals(a, r);
        if (!isOwn)
        {
            over.ThinQRFactor(a, rows, columns, r, τ);
            return;
        }
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var (onA, onτ) = (work.Put<T>(a), work.Take<T>(columns));
            Reflect(work, solver, rows, columns, onA, onτ);
            work.Get(onA, a.AsSpan());
            for (var j = 0; j < columns; j++) a.AsSpan(j * rows, columns).CopyTo(r.AsSpan(j * columns));
            Form(work, solver, rows, columns, columns, onA, onτ);
            work.Get(onA, a.AsSpan());
            work.Get(onτ, τ.AsSpan(0, columns));
        }
        Zero(r, columns, columns, below: true);
    }

    void Reflect(in CudaWork work, nint solver, int rows, int columns, nint a, nint τ)
    {
        on.Check(on.Solver!.QrSize(kind, solver, rows, columns, a, out var elements), "cusolverDngeqrf_bufferSize");
        on.Check(
            on.Solver.Qr(kind, solver, rows, columns, a, τ, work.Take<T>(elements), elements, work.Take<int>(1)), "cusolverDngeqrf");
    }

    void Form(in CudaWork work, nint solver, int rows, int columns, int k, nint q, nint τ)
    {
        on.Check(on.Solver!.QSize(kind, solver, rows, columns, k, q, τ, out var elements), "cusolverDnorgqr_bufferSize");
        on.Check(
            on.Solver.Q(kind, solver, rows, columns, k, q, τ, work.Take<T>(elements), elements, work.Take<int>(1)), "cusolverDnorgqr");
    }

    public void QRSolve(T[] a, int rows, int columns, T[] b, int columnsB, T[] x, QRMethod method)
    {
        var isOwn = columns > 0 && rows >= columns && columnsB > 0 && Decomposes((double)rows * columns * columns)
            && Fit((a, Area(rows, columns)), (b, Area(rows, columnsB)), (x, Area(columns, columnsB)));
        if (!isOwn)
        {
            over.QRSolve(a, rows, columns, b, columnsB, x, method);
            return;
        }
        var c = new T[Area(rows, columnsB)];
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var (onA, onC, onτ) = (work.Put<T>(a), work.Put<T>(b), work.Take<T>(columns));
            Reflect(work, solver, rows, columns, onA, onτ);
            on.Check(
                on.Solver!.AdjointQSize(kind, solver, rows, columnsB, columns, onA, onτ, onC, out var elements),
                "cusolverDnormqr_bufferSize");
            on.Check(
                on.Solver.AdjointQ(
                    kind, solver, rows, columnsB, columns, onA, onτ, onC, work.Take<T>(elements), elements, work.Take<int>(1)),
                "cusolverDnormqr");
            var one = One;
            on.Check(on.Blas.SolveUpper(kind, on.BlasHandle, columns, columnsB, &one, onA, rows, onC, rows), "cublastrsm");
            work.Get(onC, c.AsSpan());
        }
        for (var j = 0; j < columnsB; j++) c.AsSpan(j * rows, columns).CopyTo(x.AsSpan(j * columns));
    }

    /// <summary>cuSOLVER takes no more columns than rows.</summary>
    public void SingularValueDecomposition(bool computeVectors, T[] a, int rows, int columns, T[] s, T[] u, T[] vt)
    {
        var isOwn = columns > 0 && rows >= columns && Decomposes((double)rows * rows * columns)
            && Fit((a, Area(rows, columns)), (s, columns), (u, Area(rows, rows)), (vt, Area(columns, columns)));
        if (!isOwn)
        {
            over.SingularValueDecomposition(computeVectors, a, rows, columns, s, u, vt);
            return;
        }
        if (!IsFinite(a)) throw new NonConvergenceException();
        var values = new R[columns];
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            on.Check(on.Solver!.SvdSize(kind, solver, rows, columns, out var elements), "cusolverDngesvd_bufferSize");
            var (onA, onS, room, info) = (work.Put<T>(a), work.Take<R>(columns), work.Take<T>(elements), work.Take<int>(1));
            var (onU, onV) = (work.Take<T>(Area(rows, rows)), work.Take<T>(Area(columns, columns)));
            var job = computeVectors ? 'A' : 'N';
            on.Check(on.Solver.Svd(kind, solver, job, rows, columns, onA, onS, onU, onV, room, elements, info), "cusolverDngesvd");
            if (Info(work, info) > 0) throw new NonConvergenceException();
            work.Get(onS, values.AsSpan());
            if (computeVectors) work.Get(onU, u.AsSpan());
            if (computeVectors) work.Get(onV, vt.AsSpan());
        }
        for (var i = 0; i < columns; i++) s[i] = Of(values[i]);
    }

    /// <summary>Those of a symmetric or Hermitian matrix; others have none of cuSOLVER's here.</summary>
    public void EigenDecomp(bool isSymmetric, int order, T[] matrix, T[] vectors, Complex[] values, T[] d)
    {
        var area = Area(order, order);
        var fits = IsSquare(matrix, order) && values?.Length == order && Fit((vectors, area), (d, area));
        if (fits && !IsFinite(matrix)) throw new NonConvergenceException();
        if (!fits || !isSymmetric)
        {
            over.EigenDecomp(isSymmetric, order, matrix, vectors, values, d);
            return;
        }
        var λ = new R[order];
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var (onA, onλ, info) = (work.Put<T>(matrix), work.Take<R>(order), work.Take<int>(1));
            on.Check(on.Solver!.EigenSize(kind, solver, order, onA, onλ, out var elements), "cusolverDnsyevd_bufferSize");
            on.Check(on.Solver.Eigen(kind, solver, order, onA, onλ, work.Take<T>(elements), elements, info), "cusolverDnsyevd");
            if (Info(work, info) > 0) throw new NonConvergenceException();
            work.Get(onλ, λ.AsSpan());
            work.Get(onA, vectors.AsSpan());
        }
        d.AsSpan().Clear();
        for (var i = 0; i < order; i++)
        {
            values![i] = double.CreateTruncating(λ[i]);
            d[i * (order + 1)] = Of(λ[i]);
        }
    }
}
