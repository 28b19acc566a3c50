using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics;

namespace Optim.Functional.Tests.Cuda;

/// <summary>cuBLAS and cuSOLVER as their reference describes them, for a device whose memory is this process's: LAPACK does the work. A
/// call without a context, with another handle than the last one made, or on another stream than the last one set fails.</summary>
sealed unsafe class FakeToolkit
{
    readonly List<Delegate> kept = [];
    readonly Dictionary<string, nint> functions = [];
    nint handle, stream;

    /// <summary>A function that is not there, and one that says a status.</summary>
    public string? Missing;
    public (string Name, int Status) Fails = ("", 0);

    /// <summary>A function that does nothing and says it has.</summary>
    public string? Spoils;

    /// <summary>How often each function was called.</summary>
    public Dictionary<string, int> Calls { get; } = [];

    public nint Stream => stream;

    delegate int Created(nint* handle);
    delegate int Ended(nint handle);
    delegate int Streamed(nint handle, nint stream);
    delegate int Versioned(nint handle, int* version);

    public FakeToolkit(string blas)
    {
        var library = BlasLibrary.Load(blas, out var why) ?? throw new NotSupportedException(why);
        Assert.Equal(32, library.IndexBits);
        foreach (var prefix in (string[])["cublas", "cusolverDn"])
        {
            var version = prefix == "cublas" ? "_v2" : "";
            Add($"{prefix}Create{version}", (Created)(into => Done(() => *into = ++handle)));
            Add($"{prefix}Destroy{version}", (Ended)(_ => 0));
            Add($"{prefix}SetStream{version}", (Streamed)((h, s) => Done(() => stream = s)));
        }
        Add("cublasGetVersion_v2", (Versioned)((_, version) => Done(() => *version = 120_405)));
        new FakeKind<float, float>(this, library, 'S', new('s'));
        new FakeKind<double, double>(this, library, 'D', new('d'));
        new FakeKind<Complex32, float>(this, library, 'C', new('c'));
        new FakeKind<Complex, double>(this, library, 'Z', new('z'));
    }

    public nint Exported(string name) => name == Missing ? 0 : functions.GetValueOrDefault(name);

    public void Add(string name, Delegate function)
    {
        kept.Add(function);
        functions[name] = Marshal.GetFunctionPointerForDelegate(function);
    }

    /// <summary>What a function of the libraries says when it has done this.</summary>
    public int Run(string name, nint with, Action what)
    {
        Calls[name] = Calls.GetValueOrDefault(name) + 1;
        if (name == Fails.Name) return Fails.Status;
        if (!FakeDriver.HasContext || with < 1 || with > handle) return 1;
        if (name != Spoils) what();
        return 0;
    }

    static int Done(Action what)
    {
        what();
        return 0;
    }
}
