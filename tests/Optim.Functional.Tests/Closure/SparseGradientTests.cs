using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Closure;

/// <summary>Closure rules take sparse gradients, as the dense ones that they are.</summary>
public class SparseGradientTests
{
    static readonly double[] Start = [3, -1, 0.5, 2, 1, -4];

    /// <summary>½ Σ i·xᵢ² of every other element.</summary>
    static (double Loss, double[] Gradient) At(double[] x) =>
        (x.Select((e, i) => i % 2 * i * e * e / 2).Sum(), [.. x.Select((e, i) => i % 2 * i * e)]);

    static NDArray Sparse(double[] g, bool isTwice)
    {
        // Elements 1, 3 and 5 of a matrix of two rows, in any order; one of them in two parts.
        int[] places = isTwice ? [5, 1, 3, 1] : [5, 1, 3];
        double[] values = isTwice ? [g[5], g[1] / 2, g[3], g[1] / 2] : [g[5], g[1], g[3]];
        var indices = new int[2, places.Length];
        for (var k = 0; k < places.Length; k++) (indices[0, k], indices[1, k]) = (places[k] / 3, places[k] % 3);
        return NDArray.Sparse(values, indices, [2, 3]);
    }

    static double[] InPlace(IRule rule, Func<double[], NDArray> gradient)
    {
        double[] x = [.. Start];
        var parameter = new Parameter(NDArray.Of(x, [2, 3]), "w");
        var optimizer = new Optimizer([parameter], rule);
        for (var step = 0; step < 3; step++)
        {
            optimizer.Step(() =>
            {
                parameter.Grad = gradient(At(x).Gradient);
                return At(x).Loss;
            });
        }
        return x;
    }

    static double[] Pure(IRule rule, Func<double[], NDArray> gradient)
    {
        var θ = Params.Of(("w", NDArray.Of((double[])[.. Start], [2, 3])));
        var state = rule.Init(θ);
        for (var step = 0; step < 3; step++)
        {
            (θ, state, _) = rule.Step(at =>
            {
                var (loss, g) = At(at["w"].As<double>().Data);
                return (loss, Params.Of(("w", gradient(g))));
            }, θ, state);
        }
        return θ["w"].As<double>().Data;
    }

    [Theory]
    [InlineData(null, false), InlineData(null, true), InlineData("strong_wolfe", false), InlineData("strong_wolfe", true)]
    public void A_sparse_gradient_leads_where_the_dense_one_leads(string? search, bool isTwice)
    {
        var rule = new LBFGS(Lr: 0.1, MaxIter: 4, LineSearchFn: search).OnNonFinite(NonFinite.Throw);
        var wanted = InPlace(rule, g => NDArray.Of(g, [2, 3]));
        Assert.NotEqual(Start, wanted);
        Assert.Equal(wanted, InPlace(rule, g => Sparse(g, isTwice)));
        Assert.Equal(wanted, Pure(rule, g => Sparse(g, isTwice)));
    }

    [Fact]
    public void MathNets_sparse_matrices_are_taken_too() => Assert.Equal(
        InPlace(new LBFGS(Lr: 0.1), g => NDArray.Of(g, [2, 3])),
        InPlace(new LBFGS(Lr: 0.1), g => Matrix<double>.Build.SparseOfIndexed(2, 3, [(0, 1, g[1]), (1, 0, g[3]), (1, 2, g[5])])));
}
