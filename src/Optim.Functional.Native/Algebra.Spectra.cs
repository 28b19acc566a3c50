using System.Numerics;
using MathNet.Numerics;

namespace Optim.Functional;

/// <summary>Singular values and eigenvalues. Of a matrix that holds a NaN or an infinity there are none.</summary>
sealed unsafe partial class Algebra<T, R>
{
    public void SingularValueDecomposition(bool computeVectors, T[] a, int rows, int columns, T[] s, T[] u, T[] vt)
    {
        var isOwn = hasLapack && rows > 0 && columns > 0
            && Fit(
                (a, Area(rows, columns)), (s, Math.Min(rows, columns)), (u, Area(rows, rows)), (vt, Area(columns, columns)))
            && !ReferenceEquals(a, u) && !ReferenceEquals(a, vt) && !ReferenceEquals(u, vt);
        if (!isOwn)
        {
            managed.SingularValueDecomposition(computeVectors, a, rows, columns, s, u, vt);
            return;
        }
        if (!IsFinite(a)) throw new NonConvergenceException();
        int least = Math.Min(rows, columns), most = Math.Max(rows, columns);
        var job = computeVectors ? 'A' : 'N';
        var (values, integers) = (Numbers<R>(least), new long[8 * least]);
        var reals = kind.IsComplex ? Numbers<R>(least * Math.Max(5L * least + 7, 2L * most + 2L * least + 1)) : null;
        fixed (T* pa = a, pu = u, pv = vt)
        fixed (R* ps = values, pr = reals)
        fixed (long* pi = integers)
        {
            T asked;
            lapack.Svd(job, rows, columns, pa, ps, pu, pv, &asked, -1, pr, pi);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work)
                if (lapack.Svd(job, rows, columns, pa, ps, pu, pv, w, work.Length, pr, pi) != 0) throw new NonConvergenceException();
        }
        for (var i = 0; i < least; i++) s[i] = Of(values[i]);
    }

    public void SvdSolve(T[] a, int rows, int columns, T[] b, int columnsB, T[] x)
    {
        var isOwn = hasLapack && rows > 0 && columns > 0 && columnsB > 0
            && Fit((a, Area(rows, columns)), (b, Area(rows, columnsB)), (x, Area(columns, columnsB))) && !ReferenceEquals(b, x);
        if (!isOwn)
        {
            managed.SvdSolve(a, rows, columns, b, columnsB, x);
            return;
        }
        var (s, u, vt) = (Numbers<T>(Math.Min(rows, columns)), Numbers<T>(Area(rows, rows)), Numbers<T>(Area(columns, columns)));
        SingularValueDecomposition(true, Copy(a), rows, columns, s, u, vt);
        SvdSolveFactored(rows, columns, s, u, vt, b, columnsB, x);
    }

    public void SvdSolveFactored(int rows, int columns, T[] s, T[] u, T[] vt, T[] b, int columnsB, T[] x)
    {
        var least = Math.Min(rows, columns);
        var isOwn = least > 0 && columnsB > 0
            && Fit((s, least), (u, Area(rows, rows)), (vt, Area(columns, columns)), (b, Area(rows, columnsB)), (x, Area(columns, columnsB)))
            && !ReferenceEquals(b, x);
        if (!isOwn)
        {
            managed.SvdSolveFactored(rows, columns, s, u, vt, b, columnsB, x);
            return;
        }
        var along = Numbers<T>(Area(least, columnsB));
        fixed (T* ps = s, pu = u, pv = vt, pb = b, px = x, to = along)
        {
            blas.Multiply(adjoint, 'N', least, columnsB, rows, One, pu, rows, pb, rows, default, to, least);
            var parts = sizeof(T) / sizeof(R);
            for (var i = 0L; i < along.Length; i++)
                for (var part = 0; part < parts; part++) ((R*)(to + i))[part] /= *(R*)(ps + i % least);
            blas.Multiply(adjoint, 'N', columns, columnsB, least, One, pv, columns, to, least, default, px, columns);
        }
    }

    public void EigenDecomp(bool isSymmetric, int order, T[] matrix, T[] vectors, Complex[] values, T[] d)
    {
        var area = Area(order, order);
        if (!IsSquare(matrix, order) || values?.Length != order || !Fit((vectors, area), (d, area)))
        {
            managed.EigenDecomp(isSymmetric, order, matrix, vectors, values, d);
            return;
        }
        if (!IsFinite(matrix)) throw new NonConvergenceException();
        if (isSymmetric) Symmetric(order, matrix, vectors, values);
        else if (kind.IsComplex) General(order, Copy(matrix), vectors, values);
        else RealGeneral(order, Copy(matrix), vectors, values);
        Fill(d, order, values);
    }

    /// <summary>λ on the diagonal; of a pair of complex ones of a real matrix the parts beside each other.</summary>
    static void Fill(T[] d, int order, Complex[] values)
    {
        for (var i = 0; i < order; i++)
        {
            var (real, imaginary) = (R.CreateTruncating(values[i].Real), R.CreateTruncating(values[i].Imaginary));
            ref var on = ref d[i * (order + 1)];
            on = Of(real);
            if (kind.IsComplex) fixed (T* p = &on) ((R*)p)[1] = imaginary;
            else if (imaginary > R.Zero) d[i * (order + 1) + order] = Of(imaginary);
            else if (imaginary < R.Zero) d[i * (order + 1) - order] = Of(imaginary);
        }
    }

    void Symmetric(int order, T[] matrix, T[] vectors, Complex[] values)
    {
        if (!ReferenceEquals(matrix, vectors)) matrix.CopyTo(vectors, 0);
        var λ = Numbers<R>(order);
        fixed (T* a = vectors)
        fixed (R* pλ = λ)
        {
            var (asked, reals, integers) = (default(T), default(R), 0L);
            R* pr = kind.IsComplex ? &reals : null;
            lapack.SymmetricEigen(order, a, pλ, &asked, -1, pr, -1, &integers, -1);
            T[] work = Numbers<T>(Asked(asked));
            R[] more = kind.IsComplex ? Numbers<R>(Asked(Of(reals))) : [];
            long[] whole = new long[integers];
            fixed (T* w = work)
            fixed (R* r = more)
            fixed (long* i = whole)
                if (lapack.SymmetricEigen(order, a, pλ, w, work.Length, r, more.Length, i, whole.Length) != 0)
                    throw new NonConvergenceException();
        }
        for (var i = 0; i < order; i++) values[i] = Wide(λ[i], R.Zero);
    }

    void RealGeneral(int order, T[] a, T[] vectors, Complex[] values)
    {
        T[] real = Numbers<T>(order), imaginary = Numbers<T>(order);
        fixed (T* pa = a, v = vectors, re = real, im = imaginary)
        {
            T asked;
            lapack.RealEigen(order, pa, re, im, v, &asked, -1);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work)
                if (lapack.RealEigen(order, pa, re, im, v, w, work.Length) != 0) throw new NonConvergenceException();
            for (var i = 0; i < order; i++) values[i] = Wide(*(R*)(re + i), *(R*)(im + i));
        }
    }

    void General(int order, T[] a, T[] vectors, Complex[] values)
    {
        var (λ, reals) = (Numbers<T>(order), Numbers<R>(2 * order));
        fixed (T* pa = a, v = vectors, pλ = λ)
        fixed (R* r = reals)
        {
            T asked;
            lapack.ComplexEigen(order, pa, pλ, v, &asked, -1, r);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work)
                if (lapack.ComplexEigen(order, pa, pλ, v, w, work.Length, r) != 0) throw new NonConvergenceException();
            for (var i = 0; i < order; i++) values[i] = Wide(((R*)(pλ + i))[0], ((R*)(pλ + i))[1]);
        }
    }
}
