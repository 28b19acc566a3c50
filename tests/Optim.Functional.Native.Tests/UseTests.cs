using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>One line chooses a native library, another goes back.</summary>
public class UseTests
{
    [Fact]
    public void Only_arithmetic_element_by_element_is_left_to_MathNet()
    {
        var map = typeof(Algebra<double, double>).GetInterfaceMap(typeof(ILinearAlgebraProvider<double>));
        var left = map.InterfaceMethods.Zip(map.TargetMethods)
            .Where(m => m.Second?.DeclaringType != map.TargetType)
            .Select(m => m.First.Name);
        Assert.Equal(
            ["AddArrays", "ConjugateArray", "PointWiseDivideArrays", "PointWiseMultiplyArrays", "PointWisePowerArrays", "SubtractArrays"],
            left.Order());
    }

    [Fact]
    public void MathNet_computes_with_the_library_until_it_is_told_otherwise() => Libraries.With(null, () =>
    {
        Assert.IsType<OpenBlasLinearAlgebra>(LinearAlgebraControl.Provider);
        var a = Matrix<double>.Build.Random(20, 20, 1);
        var product = a * a;
        Native.UseManaged();
        Assert.IsType<ManagedLinearAlgebraProvider>(LinearAlgebraControl.Provider);
        Assert.Equal("MathNet's provider: Managed", Native.Describe());
        // Twenty terms of numbers of size 3, and as many roundings.
        Assert.True((product - a * a).Enumerate().All(x => Math.Abs(x) < 20 * 9 * 20 * Math.ScaleB(1, -53)));
        return true;
    });

    [Fact]
    public void A_description_says_which_library_computes_and_what() => Libraries.With(null, () =>
    {
        var provider = (OpenBlasLinearAlgebra)LinearAlgebraControl.Provider;
        var text = Native.Describe();
        Assert.Equal(text, provider.Describe());
        Assert.Contains($"library: {provider.Library}", text);
        Assert.Contains($"version: {provider.Version}", text);
        Assert.Contains($"indices: {provider.IndexBits} bits", text);
        Assert.Matches("threads: ([0-9]+|not said)", text);
        Assert.Contains("Complex32, Complex: dot, axpy, scale, products", text);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        return true;
    });

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Threads_are_those_that_were_set_where_a_library_has_any(string name)
    {
        var provider = Libraries.Provider(name);
        if (name.StartsWith("libblas", StringComparison.Ordinal) && provider.Threads is null)
        {
            Assert.Throws<NotSupportedException>(() => provider.Threads = 1);
            return;
        }
        var before = provider.Threads;
        provider.Threads = 1;
        Assert.Equal(1, provider.Threads);
        provider.Threads = before ?? 2;
        Assert.Throws<ArgumentOutOfRangeException>(() => provider.Threads = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => provider.Threads = null);
    }

    [Theory]
    [InlineData("libopenblas.so.0", 32)]
    [InlineData("libopenblas64.so.0", 64)]
    public void The_width_of_the_indices_is_found_though_the_names_are_the_same(string name, int bits)
    {
        Assert.SkipUnless(Libraries.Found.Contains(name), $"{name} is not installed (apt-get install libopenblas0 libopenblas64-0)");
        var provider = Libraries.Provider(name);
        Assert.Equal(bits, provider.IndexBits);
        Assert.Equal(bits == 64, provider.Version.Contains("USE64BITINT"));
        Assert.Equal(name, provider.LapackLibrary);
    }

    [Fact]
    public void A_library_is_found_by_the_environment_variable() => Libraries.With(null, () =>
    {
        var found = ((OpenBlasLinearAlgebra)LinearAlgebraControl.Provider).Library;
        Environment.SetEnvironmentVariable(Native.Variable, Libraries.Found[^1]);
        try
        {
            Assert.Equal(Libraries.Found[^1], Native.Use().Library);
        }
        finally { Environment.SetEnvironmentVariable(Native.Variable, null); }
        Assert.Equal(found, Native.Use().Library);
        return true;
    });
}
