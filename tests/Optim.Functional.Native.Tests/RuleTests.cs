using System.Reflection;
using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>Rules that multiply and decompose matrices do it by the provider in use; the results differ by roundings.</summary>
public class RuleTests
{
    /// <summary>A square: the factors of a longer side lack rank, and of what they lack no basis is the right one.</summary>
    const int Rows = 8, Columns = 8, Steps = 8;

    /// <summary>The provider in use, and what it is asked.</summary>
    public class Counting : DispatchProxy
    {
        public ILinearAlgebraProvider Of { get; set; } = null!;
        public Dictionary<string, int> Calls { get; } = [];

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            Calls[method!.Name] = Calls.GetValueOrDefault(method.Name) + 1;
            return method.Invoke(Of, arguments);
        }
    }

    /// <summary>Rules, what they ask a provider for, and how far apart they may end, relative to numbers of size 1: some roundings of
    /// double, that inverse roots and bases of close eigenvalues make larger.</summary>
    public static TheoryData<IRule, string, double> Users => new()
    {
        { new LBFGS(MaxIter: 4, HistorySize: 3, Lr: 0.5), "DotProduct AddVectorToScaledVector ScaleArray", 1e-10 },
        { new Muon(), "MatrixMultiplyWithUpdate", 1e-10 },
        { new SOAP(PreconditionFrequency: 2), "EigenDecomp ThinQRFactor|QRFactor", 1e-7 },
        { new Shampoo(Epsilon: 1e-4), "EigenDecomp", 1e-7 },
    };

    internal static double[] Run(IRule rule)
    {
        var random = new Random(3);
        double[] θ = [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextDouble() * 2 - 1)], g = new double[θ.Length];
        double[] weights = [.. θ.Select((_, i) => 0.5 + i % 5)];
        var parameter = new Parameter(NDArray.Of(θ, Rows, Columns)) { Grad = NDArray.Of(g, Rows, Columns) };
        var optimizer = rule is IClosureRule closed
            ? new Optimizer([parameter], closed) : new Optimizer([parameter], (IGradientRule)rule);
        for (var k = 0; k < Steps; k++) optimizer.Step(Loss);
        return θ;

        double Loss()
        {
            var loss = 0.0;
            for (var i = 0; i < θ.Length; i++)
            {
                g[i] = weights[i] * θ[i];
                loss += 0.5 * g[i] * θ[i];
            }
            return loss;
        }
    }

    [Theory, MemberData(nameof(Users))]
    public void A_rule_asks_a_native_provider_and_ends_where_it_does_without(IRule rule, string calls, double error)
    {
        var wanted = Run(rule);
        var got = Libraries.With(null, () => Run(rule));
        Assert.All(wanted.Zip(got), x => Assert.Equal(x.First, x.Second, error));
        var counted = Libraries.With(null, () =>
        {
            var provider = DispatchProxy.Create<ILinearAlgebraProvider, Counting>();
            var counting = (Counting)(object)provider;
            (counting.Of, LinearAlgebraControl.Provider) = (LinearAlgebraControl.Provider, provider);
            Run(rule);
            return counting.Calls;
        });
        foreach (var any in calls.Split(' '))
            Assert.True(any.Split('|').Any(counted.ContainsKey), $"{rule}: {any} was not asked for, only {string.Join(" ", counted.Keys)}");
    }

    /// <summary>What needs no product or decomposition: row and column means are the library's own.</summary>
    public static TheoryData<IRule> Elementwise => [new AdamW(), new Adafactor(), new SGD(Lr: 0.1, Momentum: 0.9), new Lion(), new LAMB()];

    [Theory, MemberData(nameof(Elementwise))]
    public void Elementwise_bits_never_change(IRule rule)
    {
        var wanted = Run(rule);
        Assert.Equal(wanted, Libraries.With(null, () => Run(rule)));
    }

    [Fact]
    public void Matrices_that_are_parts_of_arrays_are_multiplied_natively_too()
    {
        const int m = 5, k = 7, n = 3;
        var random = new Random(1);
        double[] memory = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        var wanted = Libraries.With(null, () =>
        {
            double[] a = memory[10..(10 + m * k)], b = memory[60..(60 + k * n)], c = memory[100..(100 + m * n)];
            LinearAlgebraControl.Provider.MatrixMultiplyWithUpdate(
                Transpose.Transpose, Transpose.DontTranspose, 2, a, k, m, b, k, n, 0.5, c);
            var products = (IMatrixProducts<double>)LinearAlgebraControl.Provider;
            Assert.Throws<ArgumentException>(() => products.Multiply(false, false, m, n, k, 1, new double[3], b, 0, c));
            products.Multiply(
                true, false, m, n, k, 2, memory.AsSpan(10, m * k), memory.AsSpan(60, k * n), 0.5, memory.AsSpan(100, m * n));
            return c;
        });
        Assert.Equal(wanted, memory[100..(100 + m * n)]);
    }

    [Theory]
    [InlineData(nameof(SOAP))]
    [InlineData(nameof(Shampoo))]
    [InlineData(nameof(Muon))]
    public void Products_with_one_of_several_factors_in_a_slot_are_the_librarys(string name)
    {
        const string OpenBlas = "libopenblas.so.0";
        Assert.SkipUnless(Libraries.Found.Contains(OpenBlas), $"{OpenBlas} is not installed (Debian: apt-get install libopenblas0)");
        using var compiler = new Compiler();
        // It counts the products of floats, which decompositions, in double, do not use.
        var path = compiler.Build(
            $"counting{name}",
            $$"""
            #include <dlfcn.h>
            long products;
            typedef void gemm(void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *,
                              long, long);
            void sgemm_(void *of_a, void *of_b, void *m, void *n, void *k, void *alpha, void *a, void *lda, void *b, void *ldb, void *beta,
                        void *c, void *ldc, long i, long j)
            {
                products++;
                ((gemm *)dlsym(dlopen("{{OpenBlas}}", RTLD_NOW), "sgemm_"))(of_a, of_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, i, j);
            }
            """,
            OpenBlas);
        IWholeRule rule = name switch { nameof(SOAP) => new SOAP(), nameof(Shampoo) => new Shampoo(Epsilon: 1e-4), _ => new Muon() };
        var products = Libraries.With(path, () =>
        {
            var random = new Random(3);
            float[] θ = [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextSingle())];
            var parameter = new Parameter(NDArray.Of(θ, Rows, Columns)) { Grad = NDArray.Of((float[])θ.Clone(), Rows, Columns) };
            var optimizer = new Optimizer([parameter], rule);
            for (var k = 0; k < 3; k++) optimizer.Step();
            return Marshal.ReadInt64(NativeLibrary.GetExport(NativeLibrary.Load(path), "products"));
        });
        Assert.True(products >= 6, $"{products} products");
    }
}
