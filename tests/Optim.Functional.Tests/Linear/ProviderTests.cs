using System.Numerics;
using System.Reflection;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Linear;

/// <summary>The provider is one for the whole process, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(ProviderTests), DisableParallelization = true), Collection(nameof(ProviderTests))]
public class ProviderTests
{
    /// <summary>MathNet's own, as another type: what is chosen, and counts what it is asked.</summary>
    public class Counting : DispatchProxy
    {
        public Dictionary<string, int> Calls { get; } = [];

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            Calls[method!.Name] = Calls.GetValueOrDefault(method.Name) + 1;
            return method.Invoke(ManagedLinearAlgebraProvider.Instance, arguments);
        }
    }

    static double[] Steps(int n, out Optimizer optimizer)
    {
        double[] θ = [.. Enumerable.Range(0, n).Select(i => 1.0 + i % 3)], g = new double[n];
        optimizer = new Optimizer([new Parameter(θ) { Grad = g }], new LBFGS(MaxIter: 6, HistorySize: 3, Lr: 0.5));
        for (var k = 0; k < 2; k++)
            optimizer.Step(() =>
            {
                var loss = 0.0;
                for (var i = 0; i < n; i++)
                {
                    g[i] = (1 + i % 5) * θ[i];
                    loss += 0.5 * g[i] * θ[i];
                }
                return loss;
            });
        return θ;
    }

    [Theory, InlineData(10), InlineData(BlockSum.Length + 10)]
    public void A_provider_that_was_chosen_does_the_dot_products_and_axpys(int n)
    {
        var (own, provider) = (LinearAlgebraControl.Provider, DispatchProxy.Create<ILinearAlgebraProvider, Counting>());
        var wanted = Steps(n, out _);
        try
        {
            LinearAlgebraControl.Provider = provider;
            var θ = Steps(n, out var optimizer);
            var calls = ((Counting)(object)provider).Calls;
            Assert.True(
                calls["DotProduct"] > 20 && calls["AddVectorToScaledVector"] > 20 && calls["ScaleArray"] > 10,
                string.Join(" ", calls));
            // The same algorithm, with other roundings: some of double's 2⁻⁵³ in numbers of size 1.
            Assert.All(θ.Zip(wanted), x => Assert.Equal(x.Second, x.First, 1e-10));

            // Pairs learned through it are carried on without it.
            LinearAlgebraControl.Provider = own;
            Assert.Equal(3, optimizer.Memory().OldDirs.Count);
            Assert.True(double.IsFinite(optimizer.Step(() => 1)));
        }
        finally { LinearAlgebraControl.Provider = own; }
    }

    static MatrixPlace<T> Matrix<T>(int rows, int columns, bool transposed, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        T[] numbers = [.. Enumerable.Range(0, rows * columns).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
        return new(numbers, rows, columns, transposed);
    }

    /// <summary>Products in every order of memory, then a symmetric one.</summary>
    static T[] Products<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var all = new List<T>();
        for (var way = 0; way < 8; way++)
        {
            var a = Matrix<T>(7, 40, (way & 1) != 0, 1);
            var b = Matrix<T>(40, 5, (way & 2) != 0, 2);
            var c = Matrix<T>(7, 5, (way & 4) != 0, 3);
            MatrixProduct.Run(0.5, a, b, way % 3, c, Execution.Default);
            all.AddRange(c.Span);
        }
        var s = Matrix<T>(7, 7, false, 4);
        MatrixProduct.Symmetric(2, Matrix<T>(7, 40, true, 5), 0, s, Execution.Default);
        return [.. all, .. s.Span];
    }

    [Fact]
    public void A_provider_that_was_chosen_does_the_products_of_matrices_of_floats() => InProducts<float>(24);

    [Fact]
    public void A_provider_that_was_chosen_does_the_products_of_matrices_of_doubles() => InProducts<double>(53);

    static void InProducts<T>(int bits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (own, provider) = (LinearAlgebraControl.Provider, DispatchProxy.Create<ILinearAlgebraProvider, Counting>());
        var wanted = Products<T>();
        try
        {
            LinearAlgebraControl.Provider = provider;
            var got = Products<T>();
            Assert.Equal(9, ((Counting)(object)provider).Calls["MatrixMultiplyWithUpdate"]);
            // Forty terms of at most 1/4 and as many roundings, twice that for α = 2; both ways may be off.
            var error = Math.ScaleB(2 * 40 * 20, -bits);
            Assert.All(got.Zip(wanted), x => Assert.Equal(double.CreateTruncating(x.Second), double.CreateTruncating(x.First), error));
            // The library's own is used where a matrix is not a whole array.
            var part = new MatrixPlace<T>(new T[50], 7, 7);
            MatrixProduct.Symmetric(1, Matrix<T>(7, 40, true, 5), 0, part, Execution.Default);
            MatrixProduct.Run(1, Matrix<T>(7, 0, false, 5), Matrix<T>(0, 7, false, 5), 1, part, Execution.Default);
            Assert.Equal(9, ((Counting)(object)provider).Calls["MatrixMultiplyWithUpdate"]);
        }
        finally { LinearAlgebraControl.Provider = own; }
    }

    [Fact]
    public void MathNets_own_provider_is_not_asked() => Assert.False(ProviderBlas<double>.IsChosen);
}
