namespace Optim.Functional.Cuda;

/// <summary>The functions of cuBLAS that are used. Matrices stand on the device, column by column; factors of products in this process's
/// memory. Each function gives a cublasStatus_t.</summary>
sealed unsafe class Cublas
{
    const int Left = 0, Upper = 1, NotUnit = 0;

    readonly delegate* unmanaged<nint*, int> create;
    readonly delegate* unmanaged<nint, int> destroy;
    readonly delegate* unmanaged<nint, nint, int> setStream;
    readonly delegate* unmanaged<nint, int*, int> getVersion;
    readonly ByKind gemm, trsm;

    Cublas(Func<string, nint> function)
    {
        create = (delegate* unmanaged<nint*, int>)function("cublasCreate_v2");
        destroy = (delegate* unmanaged<nint, int>)function("cublasDestroy_v2");
        setStream = (delegate* unmanaged<nint, nint, int>)function("cublasSetStream_v2");
        getVersion = (delegate* unmanaged<nint, int*, int>)function("cublasGetVersion_v2");
        gemm = new(function, "cublas{0}gemm_v2");
        trsm = new(function, "cublas{0}trsm_v2");
    }

    public static Cublas? Of(Func<string, nint> exported, out string why) =>
        Toolkit.All(exported, function => new Cublas(function), out why);

    public int Create(out nint handle)
    {
        fixed (nint* into = &handle) return create(into);
    }

    public int Destroy(nint handle) => destroy(handle);

    public int SetStream(nint handle, nint stream) => setStream(handle, stream);

    public int Version(nint handle, out int version)
    {
        fixed (int* into = &version) return getVersion(handle, into);
    }

    /// <summary>C ← αAB + βC, of m × k and k × n.</summary>
    public int Multiply(
        NumberKind kind, nint handle, Read ofA, Read ofB, int m, int n, int k, void* α, nint a, int lda, nint b, int ldb, void* β, nint c,
        int ldc) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)gemm[kind])(
            handle, (int)ofA, (int)ofB, m, n, k, α, a, lda, b, ldb, β, c, ldc);

    /// <summary>B ← αR⁻¹B, R the upper triangle of n rows.</summary>
    public int SolveUpper(NumberKind kind, nint handle, int n, int columns, void* α, nint r, int ldr, nint b, int ldb) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, int, void*, nint, int, nint, int, int>)trsm[kind])(
            handle, Left, Upper, (int)Read.AsItIs, NotUnit, n, columns, α, r, ldr, b, ldb);
}
