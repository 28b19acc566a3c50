using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>A cuBLAS whose functions are this process's own, over the memory of <see cref="FakeDriver"/>.</summary>
static unsafe class FakeCublas
{
    /// <summary>Products that it has made on this thread, and the status that it gives.</summary>
    [ThreadStatic] public static int Products, Status;

    /// <summary>The stream that it was given last.</summary>
    [ThreadStatic] public static nint Stream;

    /// <param name="missing">A function that it has not.</param>
    /// <param name="why">Why there is none.</param>
    public static Cublas? Found(string? missing, out string why) => Cublas.Of("libfake.so", name => name == missing ? 0 : name switch
    {
        "cublasCreate_v2" => (nint)(delegate* unmanaged<nint*, int>)&Create,
        "cublasSetStream_v2" => (nint)(delegate* unmanaged<nint, nint, int>)&SetStream,
        "cublasSgemm_v2" =>
            (nint)(delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)&Singles,
        "cublasDgemm_v2" =>
            (nint)(delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)&Doubles,
        "cublasCgemm_v2" =>
            (nint)(delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)&Complex32s,
        "cublasZgemm_v2" =>
            (nint)(delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)&Complexes,
        _ => 0,
    }, out why);

    [UnmanagedCallersOnly]
    static int Create(nint* handle)
    {
        *handle = 42;
        return Status;
    }

    [UnmanagedCallersOnly]
    static int SetStream(nint handle, nint stream)
    {
        Stream = stream;
        return handle == 42 ? 0 : 1;
    }

    [UnmanagedCallersOnly]
    static int Singles(nint h, int ta, int tb, int m, int n, int k, void* α, nint a, int lda, nint b, int ldb, void* β, nint c, int ldc) =>
        Run((float*)α, (float*)a, (float*)b, (float*)β, (float*)c, ta, tb, m, n, k, lda, ldb, ldc, x => new(x, 0), x => (float)x.Real);

    [UnmanagedCallersOnly]
    static int Doubles(nint h, int ta, int tb, int m, int n, int k, void* α, nint a, int lda, nint b, int ldb, void* β, nint c, int ldc) =>
        Run((double*)α, (double*)a, (double*)b, (double*)β, (double*)c, ta, tb, m, n, k, lda, ldb, ldc, x => new(x, 0), x => x.Real);

    [UnmanagedCallersOnly]
    static int Complex32s(
        nint h, int ta, int tb, int m, int n, int k, void* α, nint a, int lda, nint b, int ldb, void* β, nint c, int ldc) =>
        Run((Complex32*)α, (Complex32*)a, (Complex32*)b, (Complex32*)β, (Complex32*)c, ta, tb, m, n, k, lda, ldb, ldc,
            x => new(x.Real, x.Imaginary), x => new((float)x.Real, (float)x.Imaginary));

    [UnmanagedCallersOnly]
    static int Complexes(
        nint h, int ta, int tb, int m, int n, int k, void* α, nint a, int lda, nint b, int ldb, void* β, nint c, int ldc) =>
        Run((Complex*)α, (Complex*)a, (Complex*)b, (Complex*)β, (Complex*)c, ta, tb, m, n, k, lda, ldb, ldc, x => x, x => x);

    static int Run<C>(
        C* α, C* a, C* b, C* β, C* c, int ta, int tb, int m, int n, int k, int lda, int ldb, int ldc,
        Func<C, Complex> wide, Func<Complex, C> narrow)
        where C : unmanaged
    {
        if (Status != 0) return Status;
        Products++;
        for (var j = 0; j < n; j++)
            for (var i = 0; i < m; i++)
            {
                var sum = Complex.Zero;
                for (var l = 0; l < k; l++) sum += At(a, ta, i, l, lda) * At(b, tb, l, j, ldb);
                var before = wide(*β) == Complex.Zero ? Complex.Zero : wide(*β) * wide(c[i + (long)j * ldc]);
                c[i + (long)j * ldc] = narrow(wide(*α) * sum + before);
            }
        return 0;

        Complex At(C* x, int how, int row, int column, int ld) => how switch
        {
            0 => wide(x[row + (long)column * ld]),
            1 => wide(x[column + (long)row * ld]),
            _ => Complex.Conjugate(wide(x[column + (long)row * ld])),
        };
    }
}
