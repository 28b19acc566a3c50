namespace Optim.Functional.Cuda;

/// <summary>The functions of cuSOLVER for dense matrices that are used. All addresses are of the device, matrices column by column. Each
/// function gives a cusolverStatus_t, and writes what LAPACK's info is where <c>info</c> says; before most of them another says how many
/// elements of working memory it takes.</summary>
sealed unsafe class Cusolver
{
    const int Left = 0, Lower = 0, Vectors = 1; // cublasSideMode_t, cublasFillMode_t, cusolverEigMode_t

    readonly delegate* unmanaged<nint*, int> create;
    readonly delegate* unmanaged<nint, int> destroy;
    readonly delegate* unmanaged<nint, nint, int> setStream;
    readonly ByKind luSize, lu, luSolve, choleskySize, cholesky, choleskySolve, qrSize, qr, qSize, q, adjointQSize, adjointQ;
    readonly ByKind svdSize, svd, eigenSize, eigen;

    Cusolver(Func<string, nint> function)
    {
        create = (delegate* unmanaged<nint*, int>)function("cusolverDnCreate");
        destroy = (delegate* unmanaged<nint, int>)function("cusolverDnDestroy");
        setStream = (delegate* unmanaged<nint, nint, int>)function("cusolverDnSetStream");
        luSize = new(function, "cusolverDn{0}getrf_bufferSize");
        lu = new(function, "cusolverDn{0}getrf");
        luSolve = new(function, "cusolverDn{0}getrs");
        choleskySize = new(function, "cusolverDn{0}potrf_bufferSize");
        cholesky = new(function, "cusolverDn{0}potrf");
        choleskySolve = new(function, "cusolverDn{0}potrs");
        qrSize = new(function, "cusolverDn{0}geqrf_bufferSize");
        qr = new(function, "cusolverDn{0}geqrf");
        qSize = new(function, "cusolverDn{0}orgqr_bufferSize", "cusolverDn{0}ungqr_bufferSize");
        q = new(function, "cusolverDn{0}orgqr", "cusolverDn{0}ungqr");
        adjointQSize = new(function, "cusolverDn{0}ormqr_bufferSize", "cusolverDn{0}unmqr_bufferSize");
        adjointQ = new(function, "cusolverDn{0}ormqr", "cusolverDn{0}unmqr");
        svdSize = new(function, "cusolverDn{0}gesvd_bufferSize");
        svd = new(function, "cusolverDn{0}gesvd");
        eigenSize = new(function, "cusolverDn{0}syevd_bufferSize", "cusolverDn{0}heevd_bufferSize");
        eigen = new(function, "cusolverDn{0}syevd", "cusolverDn{0}heevd");
    }

    public static Cusolver? Of(Func<string, nint> exported, out string why) =>
        Toolkit.All(exported, function => new Cusolver(function), out why);

    public int Create(out nint handle)
    {
        fixed (nint* into = &handle) return create(into);
    }

    public int Destroy(nint handle) => destroy(handle);

    public int SetStream(nint handle, nint stream) => setStream(handle, stream);

    public int LuSize(NumberKind kind, nint handle, int n, nint a, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, nint, int, int*, int>)luSize[kind])(handle, n, n, a, n, into);
    }

    /// <summary>A = PLU; pivots count from 1.</summary>
    public int Lu(NumberKind kind, nint handle, int n, nint a, nint work, nint pivots, nint info) =>
        ((delegate* unmanaged<nint, int, int, nint, int, nint, nint, nint, int>)lu[kind])(handle, n, n, a, n, work, pivots, info);

    /// <summary>B ← A⁻¹B, of A = PLU.</summary>
    public int LuSolve(NumberKind kind, nint handle, int n, int columns, nint a, nint pivots, nint b, nint info) =>
        ((delegate* unmanaged<nint, int, int, int, nint, int, nint, nint, int, nint, int>)luSolve[kind])(
            handle, (int)Read.AsItIs, n, columns, a, n, pivots, b, n, info);

    public int CholeskySize(NumberKind kind, nint handle, int n, nint a, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, nint, int, int*, int>)choleskySize[kind])(handle, Lower, n, a, n, into);
    }

    /// <summary>L in the lower triangle.</summary>
    public int Cholesky(NumberKind kind, nint handle, int n, nint a, nint work, int elements, nint info) =>
        ((delegate* unmanaged<nint, int, int, nint, int, nint, int, nint, int>)cholesky[kind])(
            handle, Lower, n, a, n, work, elements, info);

    /// <summary>B ← A⁻¹B, of A = LLᴴ.</summary>
    public int CholeskySolve(NumberKind kind, nint handle, int n, int columns, nint a, nint b, nint info) =>
        ((delegate* unmanaged<nint, int, int, int, nint, int, nint, int, nint, int>)choleskySolve[kind])(
            handle, Lower, n, columns, a, n, b, n, info);

    public int QrSize(NumberKind kind, nint handle, int rows, int columns, nint a, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, nint, int, int*, int>)qrSize[kind])(handle, rows, columns, a, rows, into);
    }

    /// <summary>R in the upper triangle, below it the reflections that make Q.</summary>
    public int Qr(NumberKind kind, nint handle, int rows, int columns, nint a, nint τ, nint work, int elements, nint info) =>
        ((delegate* unmanaged<nint, int, int, nint, int, nint, nint, int, nint, int>)qr[kind])(
            handle, rows, columns, a, rows, τ, work, elements, info);

    public int QSize(NumberKind kind, nint handle, int rows, int columns, int reflections, nint a, nint τ, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, int, nint, int, nint, int*, int>)qSize[kind])(
                handle, rows, columns, reflections, a, rows, τ, into);
    }

    /// <summary>The first columns of Q, over its reflections.</summary>
    public int Q(
        NumberKind kind, nint handle, int rows, int columns, int reflections, nint a, nint τ, nint work, int elements, nint info) =>
        ((delegate* unmanaged<nint, int, int, int, nint, int, nint, nint, int, nint, int>)q[kind])(
            handle, rows, columns, reflections, a, rows, τ, work, elements, info);

    public int AdjointQSize(
        NumberKind kind, nint handle, int rows, int columns, int reflections, nint a, nint τ, nint c, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, int, int, int, nint, int, nint, nint, int, int*, int>)adjointQSize[kind])(
                handle, Left, (int)Adjoint(kind), rows, columns, reflections, a, rows, τ, c, rows, into);
    }

    /// <summary>C ← QᴴC.</summary>
    public int AdjointQ(
        NumberKind kind, nint handle, int rows, int columns, int reflections, nint a, nint τ, nint c, nint work, int elements, nint info) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, nint, int, nint, nint, int, nint, int, nint, int>)adjointQ[kind])(
            handle, Left, (int)Adjoint(kind), rows, columns, reflections, a, rows, τ, c, rows, work, elements, info);

    public int SvdSize(NumberKind kind, nint handle, int rows, int columns, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, int*, int>)svdSize[kind])(handle, rows, columns, into);
    }

    /// <summary>A = U diag(s) Vᴴ, of at least as many rows as columns. A is written over.</summary>
    public int Svd(
        NumberKind kind, nint handle, char job, int rows, int columns, nint a, nint s, nint u, nint vt, nint work, int elements,
        nint info) =>
        ((delegate* unmanaged<
            nint, sbyte, sbyte, int, int, nint, int, nint, nint, int, nint, int, nint, int, nint, nint, int>)svd[kind])(
            handle, (sbyte)job, (sbyte)job, rows, columns, a, rows, s, u, rows, vt, columns, work, elements, 0, info);

    public int EigenSize(NumberKind kind, nint handle, int n, nint a, nint λ, out int elements)
    {
        fixed (int* into = &elements)
            return ((delegate* unmanaged<nint, int, int, int, nint, int, nint, int*, int>)eigenSize[kind])(
                handle, Vectors, Lower, n, a, n, λ, into);
    }

    /// <summary>Eigenvalues of a symmetric or Hermitian matrix, the least first, and its eigenvectors over it.</summary>
    public int Eigen(NumberKind kind, nint handle, int n, nint a, nint λ, nint work, int elements, nint info) =>
        ((delegate* unmanaged<nint, int, int, int, nint, int, nint, nint, int, nint, int>)eigen[kind])(
            handle, Vectors, Lower, n, a, n, λ, work, elements, info);

    static Read Adjoint(NumberKind kind) => kind.IsComplex() ? Read.Adjoint : Read.Transposed;
}
