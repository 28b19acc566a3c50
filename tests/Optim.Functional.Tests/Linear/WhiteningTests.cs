namespace Optim.Functional.Tests.Linear;

/// <summary>What no law of KL-SOAP looks at: long factors, factors that are not finite, and what its eigenvalues become.</summary>
public class WhiteningTests
{
    static Params Of(double[] values, params int[] shape) => Params.Of(("", NDArray.Of(values, shape)));

    static readonly Params Start = Of([1.0, 2, 3, 4, 5, 6], 2, 3);
    static readonly Params G = Of([0.5, 1, -1, 2, 0, 1], 2, 3), Bad = Of([double.NaN, 1, 1, 1, 1, 1], 2, 3);

    static double[] Slot(State s, string name) => [.. s[0].Slots[name].As<double>().Data];

    /// <summary>e grows by 1/√βs a step where there is no gradient.</summary>
    [Theory, InlineData(8, 4000, 10), InlineData(12, 4000, 12), InlineData(12, 11, 11), InlineData(12, 1, 10)]
    public void Inverse_roots_are_clamped_by_the_dimension_and_no_lower_than_10(int rows, int most, double wanted)
    {
        var rule = new KLSOAP(MaxClampValue: most, ShampooBeta: 0.5);
        var (θ, zero) = (Of(new double[2 * rows], rows, 2), Of(new double[2 * rows], rows, 2));
        var s = rule.Init(θ);
        for (var t = 0; t < 20; t++) (θ, s) = rule.Step(θ, zero, s);
        Assert.Equal([.. Enumerable.Repeat(wanted, rows), 10, 10], Slot(s, "eigen_sqrt_inv"));
    }

    /// <summary>Of gradients whose variance is that of a row times that of a column, for which the divergence has a least value of 0.</summary>
    [Fact]
    public void The_whitened_gradient_has_the_variance_1()
    {
        var (rule, θ, random) = (new KLSOAP(Lr: 0, ShampooBeta: 0.99), Of(new double[12], 3, 4), new Random(1));
        double[] rows = [0.1, 1, 10], columns = [1, 2, 0.5, 4];
        var (s, sum, n) = (rule.Init(θ), 0.0, 0);
        for (var t = 0; t < 3000; t++)
        {
            double[] g = [.. Enumerable.Range(0, 12).Select(k => rows[k / 4] * columns[k % 4] * Normal(random))];
            (θ, s) = rule.Step(θ, Of(g, 3, 4), s);
            if (t < 1500) continue;
            foreach (var w in Whitened(g, Slot(s, "Q"), Slot(s, "eigen_sqrt_inv"))) (sum, n) = (sum + w * w, n + 1);
        }
        Assert.Equal(1, sum / n, 0.1); // 18,000 squares of variance 2: five standard errors are 0.05; and the estimates' own noise
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Of 3 x 4: QᵀgQ by both roots.</summary>
    static IEnumerable<double> Whitened(double[] g, double[] q, double[] e)
    {
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 4; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < 3; k++)
                    for (var l = 0; l < 4; l++) sum += q[k * 3 + i] * g[k * 4 + l] * q[9 + l * 4 + j];
                yield return sum * e[i] * e[3 + j];
            }
    }

    [Fact]
    public void A_basis_stays_where_a_factor_is_not_finite_and_eigenvalues_begin_anew()
    {
        var (rule, θ) = (new KLSOAP(PreconditionFrequency: 1), Start);
        var s = rule.Init(θ);
        for (var t = 0; t < 3; t++) (θ, s) = rule.Step(θ, G, s);
        Assert.Equal([0], Slot(s, "failed_refreshes"));
        var basis = Slot(s, "Q");
        (θ, s) = rule.Step(θ, Bad, s);
        Assert.Equal(basis, Slot(s, "Q"));
        Assert.Equal([2], Slot(s, "failed_refreshes")); // of rows and of columns
        Assert.Equal(new double[5], Slot(s, "eigen_sqrt_inv"));
        (_, s) = rule.Step(θ, G, s);
        Assert.All(Slot(s, "eigen_sqrt_inv"), e => Assert.True(double.IsFinite(e)));
    }

    [Fact]
    public void The_basis_is_the_identity_where_the_first_gradient_is_not_finite()
    {
        var (rule, θ) = (new KLSOAP(InitFactor: 0.25), Start);
        var s = rule.Step(θ, Bad, rule.Init(θ)).State;
        Assert.Equal([1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], Slot(s, "Q"));
        Assert.Equal([2], Slot(s, "failed_refreshes"));
        Assert.Equal([2, 2, 2, 2, 2], Slot(s, "eigen_sqrt_inv"));
    }

    [Fact]
    public void A_dimension_of_1_has_no_factor()
    {
        var s = new KLSOAP().Step(Of([1, 2, 3], 1, 3, 1), Of([1, 2, 3], 1, 3, 1), new KLSOAP().Init(Of([1, 2, 3], 1, 3, 1))).State;
        Assert.Equal(9, s[0].Slots["Q"].Length);
        Assert.Equal(3, s[0].Slots["eigen_sqrt_inv"].Length);
    }
}
