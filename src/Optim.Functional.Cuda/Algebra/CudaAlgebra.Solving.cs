using MathNet.Numerics;

namespace Optim.Functional.Cuda;

// LU and Cholesky.
sealed unsafe partial class CudaAlgebra<T, R>
{
    bool IsSquare(T[] a, int order) => Decomposes((double)order * order * order) && Fit((a, Area(order, order)));

    /// <summary>Whether B has as many columns, at least one, and is not A.</summary>
    static bool AreSides(T[] a, T[] b, int order, int columns) => columns > 0 && Fit((b, Area(order, columns))) && !ReferenceEquals(a, b);

    /// <summary>Whether these are pivots: others would be places outside the matrix.</summary>
    static bool ArePivots(int[] pivots, int order) => pivots?.Length == order && !pivots.AsSpan().ContainsAnyExceptInRange(0, order - 1);

    /// <summary>A = PLU on the device.</summary>
    /// <returns>The first pivot that is 0, from 1; or 0.</returns>
    int Factor(in CudaWork work, nint solver, int order, nint a, nint pivots)
    {
        on.Check(on.Solver!.LuSize(kind, solver, order, a, out var elements), "cusolverDngetrf_bufferSize");
        var (room, info) = (work.Take<T>(elements), work.Take<int>(1));
        on.Check(on.Solver.Lu(kind, solver, order, a, room, pivots, info), "cusolverDngetrf");
        return Info(work, info);
    }

    void Solve(in CudaWork work, nint solver, int order, int columns, nint a, nint pivots, nint b) =>
        on.Check(on.Solver!.LuSolve(kind, solver, order, columns, a, pivots, b, work.Take<int>(1)), "cusolverDngetrs");

    public void LUFactor(T[] data, int order, int[] pivots)
    {
        if (!IsSquare(data, order) || pivots?.Length != order)
        {
            over.LUFactor(data, order, pivots);
            return;
        }
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var (a, p) = (work.Put<T>(data), work.Take<int>(order));
            Factor(work, solver, order, a, p);
            work.Get(p, pivots.AsSpan());
            work.Get(a, data.AsSpan());
        }
        foreach (ref var pivot in pivots.AsSpan()) pivot--;
    }

    public void LUInverse(T[] a, int order)
    {
        if (IsSquare(a, order)) SolveAll(a, order, null, Identity(order), order, a);
        else over.LUInverse(a, order);
    }

    public void LUInverseFactored(T[] a, int order, int[] pivots)
    {
        if (IsSquare(a, order) && ArePivots(pivots, order)) SolveAll(a, order, pivots, Identity(order), order, a);
        else over.LUInverseFactored(a, order, pivots);
    }

    public void LUSolve(int columns, T[] a, int order, T[] b)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns)) SolveAll(a, order, null, b, columns, b);
        else over.LUSolve(columns, a, order, b);
    }

    public void LUSolveFactored(int columns, T[] a, int order, int[] pivots, T[] b)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns) && ArePivots(pivots, order))
            SolveAll(a, order, pivots, b, columns, b);
        else over.LUSolveFactored(columns, a, order, pivots, b);
    }

    static T[] Identity(int order)
    {
        var one = new T[order * order];
        for (var i = 0; i < order; i++) one[i * (order + 1)] = One;
        return one;
    }

    /// <summary>X = A⁻¹B, of A or of its factors, where there are pivots.</summary>
    void SolveAll(T[] a, int order, int[]? pivots, T[] b, int columns, T[] x)
    {
        if (pivots is not null)
            for (var i = 0; i < order; i++)
                if (a[i * (order + 1)].Equals(default)) throw new SingularUMatrixException(i + 1);
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var onA = work.Put<T>(a);
            var p = pivots is null ? work.Take<int>(order) : work.Put<int>(Array.ConvertAll(pivots, k => k + 1));
            if (pivots is null && Factor(work, solver, order, onA, p) is var singular and > 0) throw new SingularUMatrixException(singular);
            var onB = work.Put<T>(b);
            Solve(work, solver, order, columns, onA, p, onB);
            work.Get(onB, x.AsSpan());
        }
    }

    /// <summary>A NaN or an infinity is the other provider's: on the device it may pass for positive.</summary>
    public void CholeskyFactor(T[] a, int order)
    {
        if (!IsSquare(a, order) || !IsFinite(a))
        {
            over.CholeskyFactor(a, order);
            return;
        }
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var onA = work.Put<T>(a);
            Lower(work, solver, order, onA);
            work.Get(onA, a.AsSpan());
        }
        Zero(a, order, order, below: false);
    }

    void Lower(in CudaWork work, nint solver, int order, nint a)
    {
        on.Check(on.Solver!.CholeskySize(kind, solver, order, a, out var elements), "cusolverDnpotrf_bufferSize");
        var (room, info) = (work.Take<T>(elements), work.Take<int>(1));
        on.Check(on.Solver.Cholesky(kind, solver, order, a, room, elements, info), "cusolverDnpotrf");
        if (Info(work, info) > 0) throw Fault.NotPositiveDefinite();
    }

    public void CholeskySolve(T[] a, int order, T[] b, int columns)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns) && IsFinite(a)) SolveLower(a, order, b, columns, isFactored: false);
        else over.CholeskySolve(a, order, b, columns);
    }

    public void CholeskySolveFactored(T[] a, int order, T[] b, int columns)
    {
        if (IsSquare(a, order) && AreSides(a, b, order, columns)) SolveLower(a, order, b, columns, isFactored: true);
        else over.CholeskySolveFactored(a, order, b, columns);
    }

    void SolveLower(T[] a, int order, T[] b, int columns, bool isFactored)
    {
        lock (on.Turn)
        {
            using var work = on.WorkOfSolver(out var solver);
            var onA = work.Put<T>(a);
            if (!isFactored) Lower(work, solver, order, onA);
            var onB = work.Put<T>(b);
            on.Check(on.Solver!.CholeskySolve(kind, solver, order, columns, onA, onB, work.Take<int>(1)), "cusolverDnpotrs");
            work.Get(onB, b.AsSpan());
        }
    }
}
