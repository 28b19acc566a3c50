namespace Optim.Functional;

/// <summary>LAPACK's Fortran routines for one type of number: what they return is <c>info</c>. The lengths of texts, hidden arguments of
/// Fortran, come last.</summary>
readonly unsafe struct LapackRoutines
{
    readonly nint getrf, getri, getrs, potrf, potrs, geqrf, makeQ, timesQ, svd, symmetricEigen, eigen, norm;

    public LapackRoutines(Symbols symbols, NumberKind kind, ICollection<string> missing)
    {
        var (t, isComplex) = (kind.Letter, kind.IsComplex);
        getrf = symbols.Fortran($"{t}getrf", missing);
        getri = symbols.Fortran($"{t}getri", missing);
        getrs = symbols.Fortran($"{t}getrs", missing);
        potrf = symbols.Fortran($"{t}potrf", missing);
        potrs = symbols.Fortran($"{t}potrs", missing);
        geqrf = symbols.Fortran($"{t}geqrf", missing);
        makeQ = symbols.Fortran(isComplex ? $"{t}ungqr" : $"{t}orgqr", missing);
        timesQ = symbols.Fortran(isComplex ? $"{t}unmqr" : $"{t}ormqr", missing);
        svd = symbols.Fortran($"{t}gesdd", missing);
        symmetricEigen = symbols.Fortran(isComplex ? $"{t}heevd" : $"{t}syevd", missing);
        eigen = symbols.Fortran($"{t}geev", missing);
        norm = symbols.Fortran($"{t}lange", missing);
    }

    public long Lu<T>(long n, T* a, void* pivots) where T : unmanaged
    {
        var info = 0L;
        ((delegate* unmanaged<long*, long*, T*, long*, void*, long*, void>)getrf)(&n, &n, a, &n, pivots, &info);
        return (int)info;
    }

    public long LuInverse<T>(long n, T* a, void* pivots, T* work, long size) where T : unmanaged
    {
        var info = 0L;
        ((delegate* unmanaged<long*, T*, long*, void*, T*, long*, long*, void>)getri)(&n, a, &n, pivots, work, &size, &info);
        return (int)info;
    }

    public long LuSolve<T>(long n, long columns, T* a, void* pivots, T* b) where T : unmanaged
    {
        var (info, plain) = (0L, (byte)'N');
        ((delegate* unmanaged<byte*, long*, long*, T*, long*, void*, T*, long*, long*, nint, void>)getrs)(
            &plain, &n, &columns, a, &n, pivots, b, &n, &info, 1);
        return (int)info;
    }

    public long Cholesky<T>(long n, T* a) where T : unmanaged
    {
        var (info, lower) = (0L, (byte)'L');
        ((delegate* unmanaged<byte*, long*, T*, long*, long*, nint, void>)potrf)(&lower, &n, a, &n, &info, 1);
        return (int)info;
    }

    public long CholeskySolve<T>(long n, long columns, T* a, T* b) where T : unmanaged
    {
        var (info, lower) = (0L, (byte)'L');
        ((delegate* unmanaged<byte*, long*, long*, T*, long*, T*, long*, long*, nint, void>)potrs)(
            &lower, &n, &columns, a, &n, b, &n, &info, 1);
        return (int)info;
    }

    public long Qr<T>(long m, long n, T* a, T* τ, T* work, long size) where T : unmanaged
    {
        var info = 0L;
        ((delegate* unmanaged<long*, long*, T*, long*, T*, T*, long*, long*, void>)geqrf)(&m, &n, a, &m, τ, work, &size, &info);
        return (int)info;
    }

    /// <summary>The first n columns of Q, of k reflections in a.</summary>
    public long Q<T>(long m, long n, long k, T* a, T* τ, T* work, long size) where T : unmanaged
    {
        var info = 0L;
        ((delegate* unmanaged<long*, long*, long*, T*, long*, T*, T*, long*, long*, void>)makeQ)(
            &m, &n, &k, a, &m, τ, work, &size, &info);
        return (int)info;
    }

    /// <summary>C ← Qᴴ C, of m × columns.</summary>
    public long AdjointQ<T>(char adjoint, long m, long columns, long k, T* a, T* τ, T* c, T* work, long size) where T : unmanaged
    {
        var info = 0L;
        byte left = (byte)'L', how = (byte)adjoint;
        ((delegate* unmanaged<
            byte*, byte*, long*, long*, long*, T*, long*, T*, T*, long*, T*, long*, long*, nint, nint, void>)timesQ)(
            &left, &how, &m, &columns, &k, a, &m, τ, c, &m, work, &size, &info, 1, 1);
        return (int)info;
    }

    /// <param name="job">A: all vectors; N: none.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="a">The matrix, written over.</param>
    /// <param name="s">The singular values.</param>
    /// <param name="u">m × m.</param>
    /// <param name="vt">n × n.</param>
    /// <param name="work">Working memory.</param>
    /// <param name="size">Its length; -1 asks for it.</param>
    /// <param name="reals">More of it for complex numbers; null for real ones, whose routine has no such argument.</param>
    /// <param name="integers">8 min(m, n) integers.</param>
    public long Svd<T, R>(char job, long m, long n, T* a, R* s, T* u, T* vt, T* work, long size, R* reals, long* integers)
        where T : unmanaged where R : unmanaged
    {
        var (info, how) = (0L, (byte)job);
        if (reals == null)
            ((delegate* unmanaged<
                byte*, long*, long*, T*, long*, R*, T*, long*, T*, long*, T*, long*, long*, long*, nint, void>)svd)(
                &how, &m, &n, a, &m, s, u, &m, vt, &n, work, &size, integers, &info, 1);
        else
            ((delegate* unmanaged<
                byte*, long*, long*, T*, long*, R*, T*, long*, T*, long*, T*, long*, R*, long*, long*, nint, void>)svd)(
                &how, &m, &n, a, &m, s, u, &m, vt, &n, work, &size, reals, integers, &info, 1);
        return (int)info;
    }

    /// <summary>Eigenvalues, the least first, and in place of the lower triangle the vectors.</summary>
    public long SymmetricEigen<T, R>(
        long n, T* a, R* λ, T* work, long size, R* reals, long realsSize, long* integers, long integersSize)
        where T : unmanaged where R : unmanaged
    {
        var info = 0L;
        byte vectors = (byte)'V', lower = (byte)'L';
        if (reals == null)
            ((delegate* unmanaged<
                byte*, byte*, long*, T*, long*, R*, T*, long*, long*, long*, long*, nint, nint, void>)symmetricEigen)(
                &vectors, &lower, &n, a, &n, λ, work, &size, integers, &integersSize, &info, 1, 1);
        else
            ((delegate* unmanaged<
                byte*, byte*, long*, T*, long*, R*, T*, long*, R*, long*, long*, long*, long*, nint, nint, void>)symmetricEigen)(
                &vectors, &lower, &n, a, &n, λ, work, &size, reals, &realsSize, integers, &integersSize, &info, 1, 1);
        return (int)info;
    }

    /// <summary>Eigenvalues of a real matrix, and its vectors: of a pair of complex ones first the real, then the imaginary part.</summary>
    public long RealEigen<T>(long n, T* a, T* real, T* imaginary, T* vectors, T* work, long size) where T : unmanaged
    {
        long info = 0, one = 1;
        byte none = (byte)'N', all = (byte)'V';
        ((delegate* unmanaged<
            byte*, byte*, long*, T*, long*, T*, T*, T*, long*, T*, long*, T*, long*, long*, nint, nint, void>)eigen)(
            &none, &all, &n, a, &n, real, imaginary, null, &one, vectors, &n, work, &size, &info, 1, 1);
        return (int)info;
    }

    public long ComplexEigen<T, R>(long n, T* a, T* λ, T* vectors, T* work, long size, R* reals) where T : unmanaged where R : unmanaged
    {
        long info = 0, one = 1;
        byte none = (byte)'N', all = (byte)'V';
        ((delegate* unmanaged<
            byte*, byte*, long*, T*, long*, T*, T*, long*, T*, long*, T*, long*, R*, long*, nint, nint, void>)eigen)(
            &none, &all, &n, a, &n, λ, null, &one, vectors, &n, work, &size, reals, &info, 1, 1);
        return (int)info;
    }

    /// <param name="which">1: columns; I: rows; M: the largest element.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="a">The matrix.</param>
    /// <param name="work">m numbers.</param>
    public R Norm<T, R>(char which, long m, long n, T* a, R* work) where T : unmanaged where R : unmanaged
    {
        var how = (byte)which;
        return ((delegate* unmanaged<byte*, long*, long*, T*, long*, R*, nint, R>)norm)(&how, &m, &n, a, &m, work, 1);
    }
}
