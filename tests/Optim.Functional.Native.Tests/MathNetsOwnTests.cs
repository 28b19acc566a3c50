using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>MathNet's own package MathNet.Numerics.Providers.OpenBLAS, over a native part that is made of shim.c and the distribution's
/// OpenBLAS: the library uses it as it uses ours, and each may follow the other.</summary>
public sealed class MathNetsOwnTests : IDisposable
{
    const string OpenBlas = "libopenblas.so.0", Native = "libMathNetNumericsOpenBLAS";

    /// <summary>It stays loaded: MathNet asks for it once a process.</summary>
    static readonly Compiler compiler = new();

    static bool isBuilt;

    static void Use()
    {
        Assert.SkipUnless(Libraries.Found.Contains(OpenBlas), $"{OpenBlas} is not installed (Debian: apt-get install libopenblas0)");
        if (!isBuilt)
        {
            var built = compiler.Build(Native, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "shim.c")), OpenBlas);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => compiler.Dispose();
            LinearAlgebraControl.HintPath = Path.GetDirectoryName(built);
            isBuilt = true;
        }
        Control.UseNativeOpenBLAS();
    }

    public void Dispose() => LinearAlgebraControl.UseManaged();

    static Matrix<double> Symmetric(int n)
    {
        var a = Matrix<double>.Build.Random(n, n, 5);
        return a + a.Transpose() + 8 * n * Matrix<double>.Build.DenseIdentity(n);
    }

    static string[] Results()
    {
        const int n = 20;
        Matrix<double> a = Matrix<double>.Build.Random(n, n, 1), s = Symmetric(n);
        var b = Vector<double>.Build.Random(n, 2);
        double[] all =
        [
            .. (a * a).Enumerate(), .. s.Cholesky().Factor.Enumerate(), .. s.Cholesky().Solve(b), .. s.LU().Solve(b), .. s.Solve(b),
            .. s.Evd(Symmetricity.Symmetric).EigenValues.Select(λ => λ.Real), a.L1Norm(), b.DotProduct(b), .. 2 * b + b,
        ];
        // Nine digits: numbers of up to 400 that some hundred roundings of double went into.
        return Array.ConvertAll(all, x => (Math.Abs(x) < 1e-9 ? 0 : x).ToString("E8", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void MathNets_package_computes_what_ours_and_the_managed_one_do()
    {
        var wanted = Results();
        Use();
        Assert.Equal("MathNet.Numerics.Providers.OpenBLAS", LinearAlgebraControl.Provider.GetType().Assembly.GetName().Name);
        Assert.Equal(wanted, Results());
        Assert.StartsWith("MathNet's provider: OpenBLAS", Functional.Native.Describe());
        Functional.Native.Use(OpenBlas);
        Assert.Equal(wanted, Results());
        Use();
        Assert.Equal(wanted, Results());
        Functional.Native.UseManaged();
        Assert.Equal(wanted, Results());
    }

    [Fact]
    public void Rules_use_MathNets_package_where_it_is_chosen()
    {
        (IRule, double)[] users =
            [(new LBFGS(MaxIter: 4, HistorySize: 3, Lr: 0.5), 1e-10), (new Muon(), 1e-10), (new Shampoo(Epsilon: 1e-4), 1e-7)];
        foreach (var (rule, error) in users)
        {
            LinearAlgebraControl.UseManaged();
            var wanted = RuleTests.Run(rule);
            Use();
            Assert.All(wanted.Zip(RuleTests.Run(rule)), x => Assert.Equal(x.First, x.Second, error));
        }
    }
}
