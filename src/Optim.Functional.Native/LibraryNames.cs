namespace Optim.Functional;

/// <summary>Under which names libraries stand on each platform, those that compute fastest first.</summary>
static class LibraryNames
{
    const string Accelerate = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

    /// <summary>Libraries with BLAS and its C interface.</summary>
    public static string[] Blas =>
        OperatingSystem.IsWindows() ?
        [
            "libopenblas.dll", "openblas.dll", "libopenblas64_.dll", "mkl_rt.2.dll", "mkl_rt.dll", "AOCL-LibBlis-Win-MT-dll.dll",
        ]
        : OperatingSystem.IsMacOS() ?
        [
            Accelerate, "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
            "/usr/local/opt/openblas/lib/libopenblas.dylib", "libmkl_rt.2.dylib",
        ]
        :
        [
            "libopenblas.so.0", "libopenblas.so", "libopenblas64.so.0", "libopenblas64_.so.0", "libopenblas64_.so", "libmkl_rt.so.2",
            "libmkl_rt.so", "libblis-mt.so.4", "libblis.so.4", "libblis64.so.4", "libcblas.so.3", "libblas.so.3",
        ];

    /// <summary>Libraries with LAPACK, for a BLAS that has none.</summary>
    public static string[] Lapack =>
        OperatingSystem.IsWindows() ? ["liblapack.dll", "AOCL-LibFlame-Win-MT-dll.dll"]
        : OperatingSystem.IsMacOS() ? [Accelerate]
        : ["liblapack.so.3", "liblapack64.so.3", "libflame.so.1", "liblapacke.so.3"];
}
