using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>The native libraries that this machine has, and tests that go over them.</summary>
static class Libraries
{
    public const string Install = "Debian: apt-get install libopenblas0 libopenblas64-0 libblis4 libblas3";

    /// <summary>An OpenBLAS of each width under the same names of functions, a BLAS without LAPACK, and the reference.</summary>
    static readonly string[] names = ["libopenblas.so.0", "libopenblas64.so.0", "libblis.so.4", "libblas.so.3"];

    public static string[] Found { get; } = [.. names.Where(name => NativeLibrary.TryLoad(name, out _))];

    public static TheoryData<string> All => [.. Found.DefaultIfEmpty("")];

    /// <summary>The provider over a library; the test is skipped where there is none.</summary>
    public static OpenBlasLinearAlgebra Provider(string name)
    {
        Assert.SkipWhen(name == "", $"there is no native BLAS ({Install})");
        var library = BlasLibrary.Load(name, out var why);
        Assert.True(library is not null, why);
        return new(library);
    }

    /// <summary>What is done while a library is the one in use; the managed provider comes back.</summary>
    public static T With<T>(string? path, Func<T> what)
    {
        var used = Native.TryUse(path, out var why);
        Assert.SkipWhen(!used && path is null, $"{why} ({Install})");
        Assert.True(used, why);
        try
        {
            return what();
        }
        finally { LinearAlgebraControl.UseManaged(); }
    }
}
