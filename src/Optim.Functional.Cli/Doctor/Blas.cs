using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Cli;

/// <summary>Libraries of matrix products.</summary>
internal static unsafe class Blas
{
    static readonly string[] Symbols = ["cblas_dgemm", "cblas_sgemm"];

    public static Diagnosis OpenBlas(Surroundings around)
    {
        var names = around.Names("openblas",
            ["libopenblas.so.0", "libopenblas.so"],
            ["libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib"],
            ["libopenblas.dll", "openblas.dll"]);
        if (NativeFile.Find(names, Symbols, out var why) is not { } file) return Diagnosis.Missing(Remedy.OpenBlas, why);

        // "OpenBLAS 0.3.21 DYNAMIC_ARCH ... MAX_THREADS=64"
        var words = (Text(file["openblas_get_config"]) ?? "").Split(' ');
        var version = words.Length > 1 ? words[1] : null;
        var (kernels, threads) = (Text(file["openblas_get_corename"]), file["openblas_get_num_threads"]);
        string[] facts =
        [
            .. kernels is null ? (string[])[] : [$"{kernels} kernels"],
            .. threads == 0 ? (string[])[] : [$"{((delegate* unmanaged<int>)threads)()} threads"],
        ];
        return Diagnosis.Of(Remedy.OpenBlas, file, version, facts.Length > 0 ? string.Join(", ", facts) : "has cblas_dgemm");
    }

    /// <summary>It is not asked for its version: where a part of it is missing, it ends the process.</summary>
    public static Diagnosis Mkl(Surroundings around)
    {
        var names = around.Names("mkl",
            ["libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so", "libMathNetNumericsMKL.so"],
            ["libmkl_rt.2.dylib", "libmkl_rt.dylib"],
            ["mkl_rt.2.dll", "mkl_rt.1.dll", "mkl_rt.dll", "libMathNetNumericsMKL.dll"]);
        return (NativeFile.Find(names, Symbols, out var why) ?? NativeFile.Find(names, ["query_capability"], out _)) is { } file
            ? Diagnosis.Of(Remedy.Mkl, file, file.VersionOfFolder, file["cblas_dgemm"] != 0 ? "has cblas_dgemm" : "in MathNet's package")
            : Diagnosis.Missing(Remedy.Mkl, why);
    }

    /// <summary>What Optim.Functional.Native would make MathNet's provider of, which is afterwards the one that it was.</summary>
    public static Diagnosis Native(Surroundings around)
    {
        var before = LinearAlgebraControl.Provider;
        if (!Functional.Native.TryUse(around.Given("native"), out var why)) return Diagnosis.Missing(Remedy.Native, why.TrimEnd('.'));
        try
        {
            var provider = (OpenBlasLinearAlgebra)LinearAlgebraControl.Provider;
            var lapack = provider.LapackLibrary is null ? "without LAPACK" : "with LAPACK";
            return new(
                Remedy.Native.Key, Remedy.Native.Name, true, provider.Library, null,
                $"Native.TryUse of the package Optim.Functional.Native would use it: {provider.IndexBits}-bit indices, {lapack}", null);
        }
        finally { LinearAlgebraControl.Provider = before; }
    }

    public static Diagnosis Accelerate(Surroundings around)
    {
        var names = around.Names("accelerate", [], ["/System/Library/Frameworks/Accelerate.framework/Accelerate"], []);
        if (names.Length == 0) return Diagnosis.Missing(Remedy.Accelerate, "is part of macOS, and this is another system");
        return NativeFile.Find(names, Symbols, out var why) is { } file
            ? Diagnosis.Of(Remedy.Accelerate, file, null, "part of macOS")
            : Diagnosis.Missing(Remedy.Accelerate, why);
    }

    static string? Text(nint function) =>
        function == 0 ? null : Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)function)());
}
