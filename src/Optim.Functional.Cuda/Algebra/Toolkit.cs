using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>A library of CUDA's toolkit, found as the program runs: the functions that it exports, by name.</summary>
static class Toolkit
{
    // CUDA 13, 12 and 11, then whatever a development package calls it.
    static readonly string[] cublas = OperatingSystem.IsWindows()
        ? ["cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"]
        : ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"];

    static readonly string[] cusolver = OperatingSystem.IsWindows()
        ? ["cusolver64_12.dll", "cusolver64_11.dll", "cusolver64_10.dll"]
        : ["libcusolver.so.12", "libcusolver.so.11", "libcusolver.so.10", "libcusolver.so"];

    public static Cublas? LoadCublas(out string why) => Load(cublas, Cublas.Of, out why);

    public static Cusolver? LoadCusolver(out string why) => Load(cusolver, Cusolver.Of, out why);

    public delegate L? Of<L>(Func<string, nint> exported, out string why);

    /// <summary>The first of these names that is a library with all functions.</summary>
    static L? Load<L>(string[] names, Of<L> of, out string why) where L : class
    {
        why = $"there is no {string.Join(", nor ", names)}";
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle)) continue;
            var library = of(function => NativeLibrary.TryGetExport(handle, function, out var at) ? at : 0, out var lacks);
            if (library is not null) return library;
            why = $"{name}: {lacks}";
        }
        return null;
    }

    /// <summary>Makes a library's functions out of what it exports; null, and which one, where one is missing.</summary>
    public static L? All<L>(Func<string, nint> exported, Func<Func<string, nint>, L> make, out string why) where L : class
    {
        string? missing = null;
        var library = make(name =>
        {
            var at = exported(name);
            if (at == 0) missing ??= name;
            return at;
        });
        why = missing is null ? "" : $"it has no {missing}";
        return missing is null ? library : null;
    }
}

/// <summary>How a matrix is read: cublasOperation_t.</summary>
enum Read
{
    AsItIs = 0,
    Transposed = 1,
    Adjoint = 2,
}
