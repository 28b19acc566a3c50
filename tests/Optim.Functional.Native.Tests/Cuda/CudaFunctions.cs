namespace Optim.Functional.Tests.Cuda;

/// <summary>How the functions of cuBLAS and cuSOLVER are called. Numbers are given by address.</summary>
static unsafe class CudaFunctions
{
    public delegate int Gemm(
        nint h, int ofA, int ofB, int m, int n, int k, nint α, nint a, int lda, nint b, int ldb, nint β, nint c, int ldc);
    public delegate int Trsm(nint h, int side, int triangle, int how, int diagonal, int m, int n, nint α, nint a, int lda, nint b, int ldb);
    public delegate int SizeOfSquare(nint h, int m, int n, nint a, int lda, int* size);
    public delegate int Lu(nint h, int m, int n, nint a, int lda, nint work, int* pivots, int* info);
    public delegate int LuSolve(nint h, int how, int n, int columns, nint a, int lda, int* pivots, nint b, int ldb, int* info);
    public delegate int Cholesky(nint h, int triangle, int n, nint a, int lda, nint work, int size, int* info);
    public delegate int CholeskySolve(nint h, int triangle, int n, int columns, nint a, int lda, nint b, int ldb, int* info);
    public delegate int Qr(nint h, int m, int n, nint a, int lda, nint τ, nint work, int size, int* info);
    public delegate int QSize(nint h, int m, int n, int k, nint a, int lda, nint τ, int* size);
    public delegate int Q(nint h, int m, int n, int k, nint a, int lda, nint τ, nint work, int size, int* info);
    public delegate int TimesQSize(nint h, int side, int how, int m, int n, int k, nint a, int lda, nint τ, nint c, int ldc, int* size);
    public delegate int TimesQ(
        nint h, int side, int how, int m, int n, int k, nint a, int lda, nint τ, nint c, int ldc, nint work, int size, int* info);
    public delegate int SvdSize(nint h, int m, int n, int* size);
    public delegate int Svd(
        nint h, sbyte jobU, sbyte jobV, int m, int n, nint a, int lda, nint s, nint u, int ldu, nint vt, int ldvt, nint work, int size,
        nint reals, int* info);
    public delegate int EigenSize(nint h, int job, int triangle, int n, nint a, int lda, nint λ, int* size);
    public delegate int Eigen(nint h, int job, int triangle, int n, nint a, int lda, nint λ, nint work, int size, int* info);
}
