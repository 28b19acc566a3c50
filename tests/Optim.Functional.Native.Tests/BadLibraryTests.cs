using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>What is no library that can be computed with is refused with the reason, and the provider stays as it was.</summary>
public sealed class BadLibraryTests : IDisposable
{
    const string OpenBlas = "libopenblas.so.0";

    readonly Compiler compiler = new();

    public void Dispose() => compiler.Dispose();

    static void IsRefused(string path, params string[] words)
    {
        var before = LinearAlgebraControl.Provider;
        Assert.False(Native.TryUse(path, out var why));
        Assert.Same(before, LinearAlgebraControl.Provider);
        Assert.All(words, word => Assert.Contains(word, why));
        Assert.Equal($"No native library is in use: {why}", Assert.Throws<NotSupportedException>(() => Native.Use(path)).Message);
        Assert.Same(before, LinearAlgebraControl.Provider);
    }

    static string OpenBlasHere()
    {
        Assert.SkipUnless(Libraries.Found.Contains(OpenBlas), $"{OpenBlas} is not installed (Debian: apt-get install libopenblas0)");
        return OpenBlas;
    }

    [Fact]
    public void A_path_without_a_file_is_refused() => IsRefused(compiler.Path("nowhere.so"), "nowhere.so", "is not loaded");

    [Fact]
    public void A_text_file_is_refused()
    {
        File.WriteAllText(compiler.Path("text.so"), "Not a library.\n");
        IsRefused(compiler.Path("text.so"), "text.so", "is not loaded");
    }

    [Fact]
    public void A_folder_is_refused() => IsRefused(Path.GetDirectoryName(compiler.Path("x"))!, "is not loaded");

    [Fact]
    public void A_library_of_another_architecture_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the library that this test makes is Linux's");
        const int Machine = 18, X64 = 62, Arm64 = 183;
        var bytes = File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"));
        bytes[Machine] = bytes[Machine] == X64 ? (byte)Arm64 : (byte)X64;
        File.WriteAllBytes(compiler.Path("foreign.so"), bytes);
        IsRefused(compiler.Path("foreign.so"), "foreign.so", "is not loaded");
    }

    [Fact]
    public void A_library_that_is_no_BLAS_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the library is Linux's");
        IsRefused(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), "has no cblas_ddot");
    }

    [Fact]
    public void A_library_that_lacks_functions_is_refused_with_their_names() =>
        IsRefused(
            compiler.Build("part", "double cblas_ddot(int n, double *x, int i, double *y, int j) { return 6; }"), "lacks saxpy_, sscal_");

    [Fact]
    public void A_library_that_does_not_multiply_is_refused()
    {
        var path = compiler.Build("wrong", "double cblas_ddot(long n, double *x, long i, double *y, long j) { return 5; }", OpenBlasHere());
        IsRefused(path, "gives 5 for 2 times 3");
        IsRefused(compiler.Build("still", "void dgemm_() {}", OpenBlasHere()), "gives 0 for a product that is 39");
    }

    [Fact]
    public void A_library_whose_LAPACK_has_other_indices_than_its_BLAS_is_refused()
    {
        var path = compiler.Build("mixed", "void ilaver_(long *a, long *b, long *c) { *a = 3; *b = 11; *c = 0; }", OpenBlasHere());
        IsRefused(path, "its LAPACK has 64-bit indices, its BLAS 32-bit ones");
    }

    [Fact]
    public void Names_with_64_and_with_SciPys_prefix_are_found()
    {
        // 6 is the answer of 32-bit indices: only the names are looked at here, and the rest of them is missing.
        foreach (var (name, lacks) in ((string, string)[])
            [("cblas_ddot64_", "saxpy_64_"), ("scipy_cblas_ddot", "scipy_saxpy_"), ("scipy_cblas_ddot64_", "scipy_saxpy_64_")])
            IsRefused(compiler.Build(name, $"double {name}() {{ return 6; }}"), $"lacks {lacks}");
    }

    [Fact]
    public void A_variable_that_names_no_library_is_not_passed_over()
    {
        Environment.SetEnvironmentVariable(Native.Variable, compiler.Path("nowhere.so"));
        try
        {
            IsRefused(null!, "OPTIM_BLAS is set.", "nowhere.so");
        }
        finally { Environment.SetEnvironmentVariable(Native.Variable, null); }
    }

    [Fact]
    public void Less_than_one_thread_is_refused() =>
        Assert.Contains("got 0", Assert.Throws<ArgumentOutOfRangeException>(() => Native.Use(threads: 0)).Message);
}
