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
            Assert.True(calls["DotProduct"] > 20 && calls["AddVectorToScaledVector"] > 20 && calls["ScaleArray"] > 10, string.Join(" ", calls));
            // The same algorithm, with other roundings: some of double's 2⁻⁵³ in numbers of size 1.
            Assert.All(θ.Zip(wanted), x => Assert.Equal(x.Second, x.First, 1e-10));

            // Pairs learned through it are carried on without it.
            LinearAlgebraControl.Provider = own;
            Assert.Equal(3, optimizer.Memory().OldDirs.Count);
            Assert.True(double.IsFinite(optimizer.Step(() => 1)));
        }
        finally { LinearAlgebraControl.Provider = own; }
    }

    [Fact]
    public void MathNets_own_provider_is_not_asked() => Assert.False(ProviderBlas<double>.IsChosen);
}
