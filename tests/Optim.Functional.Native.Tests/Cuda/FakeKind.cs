using System.Numerics;
using static Optim.Functional.Tests.Cuda.CudaFunctions;

namespace Optim.Functional.Tests.Cuda;

/// <summary>The functions of <see cref="FakeToolkit"/> for one type of number. Working memory is overwritten, as far as it was asked
/// for.</summary>
sealed unsafe class FakeKind<T, R> where T : unmanaged, IEquatable<T> where R : unmanaged, IBinaryFloatingPointIeee754<R>
{
    const int Room = 37;

    readonly BlasRoutines blas;
    readonly LapackRoutines lapack;
    readonly bool isComplex;

    public FakeKind(FakeToolkit toolkit, BlasLibrary library, char letter, NumberKind kind)
    {
        (blas, lapack, isComplex) = (library.Blas(kind), library.Lapack(kind)!.Value, kind.IsComplex);
        var (q, timesQ, eigen) = isComplex ? ("ungqr", "unmqr", "heevd") : ("orgqr", "ormqr", "syevd");

        void Of(string name, Func<string, Delegate> make) => toolkit.Add($"cusolverDn{letter}{name}", make(name));
        Delegate Size(string name) =>
            (SizeOfSquare)((h, _, n, _, lda, size) => toolkit.Run(name, h, () => *size = lda >= 1 ? Room : -1));

        toolkit.Add($"cublas{letter}gemm_v2", (Gemm)((h, ofA, ofB, m, n, k, α, a, lda, b, ldb, β, c, ldc) =>
            toolkit.Run("gemm", h, () =>
                blas.Multiply("NTC"[ofA], "NTC"[ofB], m, n, k, *(T*)α, (T*)a, lda, (T*)b, ldb, *(T*)β, (T*)c, ldc))));
        toolkit.Add($"cublas{letter}trsm_v2", (Trsm)((h, side, triangle, how, diagonal, m, n, α, a, lda, b, ldb) =>
            toolkit.Run("trsm", h, () =>
            {
                Assert.Equal((0, 1, 0, 0), (side, triangle, how, diagonal)); // left, upper, as it is, not of ones
                blas.SolveUpper(m, n, *(T*)α, (T*)a, lda, (T*)b, ldb);
            })));
        Of("getrf_bufferSize", Size);
        Of("getrf", name => (Lu)((h, m, n, a, lda, work, pivots, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((m, m), (n, lda));
            Spoil(work, Room);
            *info = (int)lapack.Lu(n, (T*)a, pivots);
        })));
        Of("getrs", name => (LuSolve)((h, how, n, columns, a, lda, pivots, b, ldb, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((0, n, n), (how, lda, ldb));
            *info = (int)lapack.LuSolve(n, columns, (T*)a, pivots, (T*)b);
        })));
        Of("potrf_bufferSize", Size);
        Of("potrf", name => (Cholesky)((h, triangle, n, a, lda, work, size, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((0, n, Room), (triangle, lda, size));
            Spoil(work, size);
            *info = (int)lapack.Cholesky(n, (T*)a);
        })));
        Of("potrs", name => (CholeskySolve)((h, triangle, n, columns, a, lda, b, ldb, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((0, n, n), (triangle, lda, ldb));
            *info = (int)lapack.CholeskySolve(n, columns, (T*)a, (T*)b);
        })));
        Of("geqrf_bufferSize", Size);
        Of("geqrf", name => (Qr)((h, m, n, a, lda, τ, work, size, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((m, Room), (lda, size));
            Spoil(work, size);
            Work((room, length) => *info = (int)lapack.Qr(m, n, (T*)a, (T*)τ, room, length), Math.Max(m, n));
        })));
        Of($"{q}_bufferSize", name => (QSize)((h, _, _, _, _, _, _, size) => toolkit.Run(name, h, () => *size = Room)));
        Of(q, name => (Q)((h, m, n, k, a, lda, τ, work, size, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((m, Room), (lda, size));
            Spoil(work, size);
            Work((room, length) => *info = (int)lapack.Q(m, n, k, (T*)a, (T*)τ, room, length), Math.Max(m, n));
        })));
        Of($"{timesQ}_bufferSize", name =>
            (TimesQSize)((h, _, _, _, _, _, _, _, _, _, _, size) => toolkit.Run(name, h, () => *size = Room)));
        Of(timesQ, name => (TimesQ)((h, side, how, m, n, k, a, lda, τ, c, ldc, work, size, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((0, isComplex ? 2 : 1, m, m, Room), (side, how, lda, ldc, size));
            Spoil(work, size);
            var adjoint = isComplex ? 'C' : 'T';
            Work((room, length) => *info = (int)lapack.AdjointQ(adjoint, m, n, k, (T*)a, (T*)τ, (T*)c, room, length), Math.Max(m, n));
        })));
        Of("gesvd_bufferSize", name => (SvdSize)((h, _, _, size) => toolkit.Run(name, h, () => *size = Room)));
        Of("gesvd", name => (Svd)((h, jobU, jobV, m, n, a, lda, s, u, ldu, vt, ldvt, work, size, reals, info) =>
            toolkit.Run(name, h, () => Decompose((char)jobU, m, n, (T*)a, (R*)s, (T*)u, (T*)vt, work, size, info))));
        Of($"{eigen}_bufferSize", name => (EigenSize)((h, _, _, _, _, _, _, size) => toolkit.Run(name, h, () => *size = Room)));
        Of(eigen, name => (Eigen)((h, job, triangle, n, a, lda, λ, work, size, info) => toolkit.Run(name, h, () =>
        {
            Assert.Equal((1, 0, n, Room), (job, triangle, lda, size));
            Spoil(work, size);
            Values(n, (T*)a, (R*)λ, info);
        })));
    }

    static void Spoil(nint work, int size) => new Span<byte>((void*)work, size * sizeof(T)).Fill(0xFF);

    delegate void Working(T* room, long length);

    static void Work(Working what, int n)
    {
        var room = new T[64 * n];
        fixed (T* at = room) what(at, room.Length);
    }

    void Decompose(char job, int m, int n, T* a, R* s, T* u, T* vt, nint work, int size, int* info)
    {
        Assert.True(m >= n, "cuSOLVER takes no more columns than rows");
        Spoil(work, size);
        var (reals, integers) = (new R[isComplex ? n * (5 * n + 7 + 2 * m + 2 * n) : 1], new long[8 * n]);
        Work((room, length) =>
        {
            fixed (R* r = reals)
            fixed (long* i = integers)
                *info = (int)lapack.Svd(job, m, n, a, s, u, vt, room, length, isComplex ? r : null, i);
        }, 10 * (m + n) * n);
    }

    void Values(int n, T* a, R* λ, int* info)
    {
        var (reals, integers) = (new R[1 + 5 * n + 2 * n * n], new long[3 + 5 * n]);
        Work((room, length) =>
        {
            fixed (R* r = reals)
            fixed (long* i = integers)
                *info = (int)lapack.SymmetricEigen(n, a, λ, room, length, isComplex ? r : null, reals.Length, i, integers.Length);
        }, 3 * (n + 1) * (n + 6));
    }
}
