using System.Runtime.InteropServices;
using MathNet.Numerics;

namespace Optim.Functional;

/// <summary>LU and Cholesky.</summary>
sealed unsafe partial class Algebra<T, R>
{
    /// <summary>LAPACK counts pivots from 1, in integers of its own width.</summary>
    Array Pivots(int order) => library.IndexBits == 64 ? new long[order] : new int[order];

    bool IsSquare(T[] a, int order) => hasLapack && order > 0 && Fit((a, Area(order, order)));

    /// <summary>Whether these are pivots: others would be places outside the matrix.</summary>
    static bool ArePivots(int[] pivots, int order)
    {
        if (pivots is null || pivots.Length != order) return false;
        foreach (var p in pivots)
            if (p < 0 || p >= order) return false;
        return true;
    }

    Array FromZero(int[] pivots)
    {
        var all = Pivots(pivots.Length);
        if (all is int[] narrow)
            for (var i = 0; i < narrow.Length; i++) narrow[i] = pivots[i] + 1;
        else if (all is long[] wide)
            for (var i = 0; i < wide.Length; i++) wide[i] = pivots[i] + 1;
        return all;
    }

    static void ToZero(Array pivots, int[] to)
    {
        if (pivots is int[] narrow)
            for (var i = 0; i < to.Length; i++) to[i] = narrow[i] - 1;
        else if (pivots is long[] wide)
            for (var i = 0; i < to.Length; i++) to[i] = (int)(wide[i] - 1);
    }

    /// <summary>Whether B has as many columns, at least one, and is not A.</summary>
    static bool AreSides(T[] a, T[] b, int order, int columns) => columns > 0 && Fit((b, Area(order, columns))) && !ReferenceEquals(a, b);

    public void LUFactor(T[] data, int order, int[] pivots)
    {
        if (!IsSquare(data, order) || pivots?.Length != order)
        {
            managed.LUFactor(data, order, pivots);
            return;
        }
        ToZero(Factor(data, order, out _), pivots);
    }

    /// <param name="a">The matrix, written over.</param>
    /// <param name="order">Its rows.</param>
    /// <param name="singular">The first pivot that is 0, from 1; or 0.</param>
    Array Factor(T[] a, int order, out int singular)
    {
        var pivots = Pivots(order);
        fixed (T* pa = a)
        fixed (byte* p = &MemoryMarshal.GetArrayDataReference(pivots))
            singular = (int)lapack.Lu(order, pa, p);
        return pivots;
    }

    public void LUInverse(T[] a, int order)
    {
        if (!IsSquare(a, order))
        {
            managed.LUInverse(a, order);
            return;
        }
        var pivots = Factor(a, order, out var singular);
        if (singular > 0) throw new SingularUMatrixException(singular);
        Invert(a, order, pivots);
    }

    public void LUInverseFactored(T[] a, int order, int[] pivots)
    {
        if (IsSquare(a, order) && ArePivots(pivots, order)) Invert(a, order, FromZero(pivots));
        else managed.LUInverseFactored(a, order, pivots);
    }

    void Invert(T[] a, int order, Array pivots)
    {
        fixed (T* pa = a)
        fixed (byte* p = &MemoryMarshal.GetArrayDataReference(pivots))
        {
            T asked;
            lapack.LuInverse(order, pa, p, &asked, -1);
            var work = Numbers<T>(Asked(asked));
            fixed (T* w = work)
                if (lapack.LuInverse(order, pa, p, w, work.Length) is var singular and > 0)
                    throw new SingularUMatrixException((int)singular);
        }
    }

    public void LUSolve(int columns, T[] a, int order, T[] b)
    {
        if (!IsSquare(a, order) || !AreSides(a, b, order, columns))
        {
            managed.LUSolve(columns, a, order, b);
            return;
        }
        var factored = Copy(a);
        var pivots = Factor(factored, order, out var singular);
        if (singular > 0) throw new SingularUMatrixException(singular);
        Solve(columns, factored, order, pivots, b);
    }

    public void LUSolveFactored(int columns, T[] a, int order, int[] pivots, T[] b)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns) && ArePivots(pivots, order))
            Solve(columns, a, order, FromZero(pivots), b);
        else managed.LUSolveFactored(columns, a, order, pivots, b);
    }

    void Solve(int columns, T[] a, int order, Array pivots, T[] b)
    {
        fixed (T* pa = a, pb = b)
        fixed (byte* p = &MemoryMarshal.GetArrayDataReference(pivots))
            lapack.LuSolve(order, columns, pa, p, pb);
    }

    public void CholeskyFactor(T[] a, int order)
    {
        if (!IsSquare(a, order))
        {
            managed.CholeskyFactor(a, order);
            return;
        }
        Lower(a, order);
        Zero(a, order, order, below: false);
    }

    /// <summary>L in the lower triangle. A library may take a NaN for positive.</summary>
    void Lower(T[] a, int order)
    {
        fixed (T* pa = a)
        {
            if (lapack.Cholesky(order, pa) > 0) throw Fault.NotPositiveDefinite();
            for (var i = 0L; i < order; i++)
                if (R.IsNaN(*(R*)(pa + i * (order + 1)))) throw Fault.NotPositiveDefinite();
        }
    }

    public void CholeskySolve(T[] a, int order, T[] b, int columns)
    {
        if (!IsSquare(a, order) || !AreSides(a, b, order, columns))
        {
            managed.CholeskySolve(a, order, b, columns);
            return;
        }
        var factored = Copy(a);
        Lower(factored, order);
        fixed (T* pa = factored, pb = b) lapack.CholeskySolve(order, columns, pa, pb);
    }

    public void CholeskySolveFactored(T[] a, int order, T[] b, int columns)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns))
            fixed (T* pa = a, pb = b) lapack.CholeskySolve(order, columns, pa, pb);
        else managed.CholeskySolveFactored(a, order, b, columns);
    }
}
