using System.Runtime.InteropServices;
using MathNet.Numerics;

namespace Optim.Functional.Cuda;

/// <summary>The functions of cuBLAS that are used, found in it as the program runs, on a device.</summary>
sealed unsafe class Cublas
{
    readonly delegate* unmanaged<nint*, int> create;
    readonly delegate* unmanaged<nint, nint, int> setStream;
    readonly delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int> singles, doubles;
    readonly delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int> complex32s, complexes;
    nint handle;

    Cublas(string name, Func<string, nint> function)
    {
        Name = name;
        create = (delegate* unmanaged<nint*, int>)function("cublasCreate_v2");
        setStream = (delegate* unmanaged<nint, nint, int>)function("cublasSetStream_v2");
        singles = Product("cublasSgemm_v2");
        doubles = Product("cublasDgemm_v2");
        complex32s = Product("cublasCgemm_v2");
        complexes = Product("cublasZgemm_v2");

        delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int> Product(string export) =>
            (delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, nint, int, void*, nint, int, int>)function(export);
    }

    /// <summary>The library's name.</summary>
    public string Name { get; }

    public CudaDevice Device { get; private set; } = null!;

    /// <summary>The names it has here, the newest first.</summary>
    public static IEnumerable<string> Names =>
        ((int[])[13, 12, 11]).Select(version => OperatingSystem.IsWindows() ? $"cublas64_{version}.dll" : $"libcublas.so.{version}");

    /// <summary>The machine's own.</summary>
    public static Cublas? Load(out string why)
    {
        foreach (var name in Names)
            if (NativeLibrary.TryLoad(name, out var library))
                return Of(name, function => NativeLibrary.TryGetExport(library, function, out var at) ? at : 0, out why);
        why = $"none of {string.Join(", ", Names)} is found";
        return null;
    }

    /// <summary>The functions of a library.</summary>
    public static Cublas? Of(string name, Func<string, nint> exported, out string why)
    {
        string? missing = null;
        var library = new Cublas(name, function =>
        {
            var at = exported(function);
            if (at == 0) missing ??= function;
            return at;
        });
        why = missing is null ? "" : $"{name} has no {missing}";
        return missing is null ? library : null;
    }

    /// <summary>Makes it ready on a device.</summary>
    public void Start(CudaDevice device)
    {
        Device = device;
        using var within = device.Enter();
        fixed (nint* into = &handle) Check(create(into), "cublasCreate");
    }

    /// <summary>C ← αAB + βC on the device, in the letters of BLAS: 0 as it is, 1 transposed, 2 its conjugate as well.</summary>
    public void Multiply<C>(int ofA, int ofB, int m, int n, int k, C α, nint a, int rowsA, nint b, int rowsB, C β, nint c)
        where C : unmanaged
    {
        Check(setStream(handle, Device.Stream), "cublasSetStream");
        var product = typeof(C) == typeof(float) ? singles
            : typeof(C) == typeof(double) ? doubles
            : typeof(C) == typeof(Complex32) ? complex32s
            : complexes;
        Check(product(handle, ofA, ofB, m, n, k, &α, a, rowsA, b, rowsB, &β, c, m), "its product of matrices");
    }

    void Check(int status, string what)
    {
        if (status != 0) throw Fault.CublasFailed(Device.Name, Name, what, status);
    }
}
