namespace Optim.Functional;

/// <summary>BLAS for one type of number. Arguments of Fortran are addresses, of integers too: an integer of 64 bits is, in this byte order,
/// one of 32 bits to a routine that wants that.</summary>
readonly unsafe struct BlasRoutines
{
    readonly nint axpy, scal, gemm, trsm, dot, nrm2;
    readonly bool isComplex;

    public BlasRoutines(Symbols symbols, NumberKind kind, ICollection<string> missing)
    {
        var t = kind.Letter;
        isComplex = kind.IsComplex;
        axpy = symbols.Fortran($"{t}axpy", missing);
        scal = symbols.Fortran($"{t}scal", missing);
        gemm = symbols.Fortran($"{t}gemm", missing);
        trsm = symbols.Fortran($"{t}trsm", missing);
        // A value that Fortran returns is not the same in all compilers: dot products and norms are C's.
        dot = symbols.C(isComplex ? $"cblas_{t}dotu_sub" : $"cblas_{t}dot", missing);
        nrm2 = symbols.C(t switch { 'c' => "cblas_scnrm2", 'z' => "cblas_dznrm2", _ => $"cblas_{t}nrm2" }, missing);
    }

    /// <summary>y ← αx + y.</summary>
    public void Axpy<T>(long n, T α, T* x, T* y) where T : unmanaged
    {
        var one = 1L;
        ((delegate* unmanaged<long*, T*, T*, long*, T*, long*, void>)axpy)(&n, &α, x, &one, y, &one);
    }

    /// <summary>x ← αx.</summary>
    public void Scale<T>(long n, T α, T* x) where T : unmanaged
    {
        var one = 1L;
        ((delegate* unmanaged<long*, T*, T*, long*, void>)scal)(&n, &α, x, &one);
    }

    /// <summary>Σ xy, without conjugates.</summary>
    public T Dot<T>(long n, T* x, T* y) where T : unmanaged
    {
        if (!isComplex) return ((delegate* unmanaged<long, T*, long, T*, long, T>)dot)(n, x, 1, y, 1);
        T sum;
        ((delegate* unmanaged<long, T*, long, T*, long, T*, void>)dot)(n, x, 1, y, 1, &sum);
        return sum;
    }

    /// <summary>√Σ|x|².</summary>
    public R Norm<T, R>(long n, T* x) where T : unmanaged where R : unmanaged =>
        ((delegate* unmanaged<long, T*, long, R>)nrm2)(n, x, 1);

    /// <summary>C ← αAB + βC, of m × k and k × n, each as it is (N), transposed (T) or conjugated besides (C).</summary>
    public void Multiply<T>(
        char ofA, char ofB, long m, long n, long k, T α, T* a, long lda, T* b, long ldb, T β, T* c, long ldc) where T : unmanaged
    {
        byte asA = (byte)ofA, asB = (byte)ofB;
        ((delegate* unmanaged<byte*, byte*, long*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void>)gemm)(
            &asA, &asB, &m, &n, &k, &α, a, &lda, b, &ldb, &β, c, &ldc, 1, 1);
    }

    /// <summary>B ← R⁻¹B, R the upper triangle of n rows.</summary>
    public void SolveUpper<T>(long n, long columns, T α, T* r, long ldr, T* b, long ldb) where T : unmanaged
    {
        byte left = (byte)'L', upper = (byte)'U', plain = (byte)'N';
        ((delegate* unmanaged<
            byte*, byte*, byte*, byte*, long*, long*, T*, T*, long*, T*, long*, nint, nint, nint, nint, void>)trsm)(
            &left, &upper, &plain, &plain, &n, &columns, &α, r, &ldr, b, &ldb, 1, 1, 1, 1);
    }
}
