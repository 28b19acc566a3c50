using System.Runtime.InteropServices;

namespace Optim.Functional.Bench;

/// <summary>The distribution's OpenBLAS (libopenblas0-pthread on Debian), where it is installed.</summary>
static partial class OpenBlas
{
    public const string Name = Library;
    const string Library = "libopenblas.so.0";
    const int RowMajor = 101, Plain = 111, Transposed = 112, Upper = 121;

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing { get; } =
        NativeLibrary.TryLoad(Library, out _) ? null : $"{Library} is not installed (apt-get install libopenblas0-pthread)";

    public static string Config => Marshal.PtrToStringAnsi(GetConfig())!;

    public static int Threads { set => SetThreads(value); }

    /// <summary>C ← αAB + βC, of n × n.</summary>
    public static void Multiply(int n, float α, float[] a, float[] b, float β, float[] c) =>
        Gemm(RowMajor, Plain, Plain, n, n, n, α, a, n, b, n, β, c, n);

    /// <summary>C ← αAAᵀ + βC.</summary>
    public static void MultiplyTransposed(int n, float α, float[] a, float β, float[] c) =>
        Gemm(RowMajor, Plain, Transposed, n, n, n, α, a, n, a, n, β, c, n);

    /// <summary>The same, of its upper triangle.</summary>
    public static void MultiplySymmetric(int n, float α, float[] a, float β, float[] c) =>
        Syrk(RowMajor, Upper, Plain, n, n, α, a, n, β, c, n);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint GetConfig();

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Gemm(int order, int ofA, int ofB, int m, int n, int k, float α, float[] a, int lda, float[] b, int ldb,
        float β, float[] c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_ssyrk")]
    private static partial void Syrk(int order, int triangle, int ofA, int n, int k, float α, float[] a, int lda,
        float β, float[] c, int ldc);
}
