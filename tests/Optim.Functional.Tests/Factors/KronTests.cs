using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Factors;

public class KronTests
{
    static double[] Noise(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
    }

    static double[] Q(State s) => [.. s[0].Slots["Q"].As<double>().Data];

    /// <summary>With a zero gradient A is 0, and one update is Q ← (I + μ·triu(BBᵀ)/ℓ)Q: so a test sees B = V along Q⁻ᵀ, of more rows than
    /// are taken at a time.</summary>
    [Fact]
    public void A_triangular_solution_of_several_panels_is_that_of_the_inverse()
    {
        const int n = 150;
        var rule = new PSGDKron(MemorySaveMode: "one_diag", PrecondLr: 0.5);
        var θ = Params.Of(("w", NDArray.Of(Noise(n * 200, 1), n, 200)));
        var g = Params.Of(("w", NDArray.Of(Noise(n * 200, 2), n, 200)));
        var s = rule.Init(θ);
        for (var t = 0; t < 5; t++) (θ, s) = rule.Step(θ, g, s);
        var before = Matrix<double>.Build.DenseOfRowMajor(n, n, Q(s)[..(n * n)]);
        var diagonal = Q(s)[(n * n)..];
        var zero = rule with { B1 = 0 };
        var drawn = new Drawn();
        Probe.Recorded = drawn;
        try { (_, s) = zero.Step(θ, Params.Of(("w", NDArray.Of(new double[n * 200], n, 200))), s); }
        finally { Probe.Recorded = null; }
        var v = Matrix<double>.Build.DenseOfRowMajor(n, 200, drawn.Last!);
        var b = before.Transpose().Inverse() * v * Matrix<double>.Build.DiagonalOfDiagonalArray([.. diagonal.Select(q => 1 / q)]);
        var change = Matrix<double>.Build.DenseOfRowMajor(n, n, Q(s)[..(n * n)]) * before.Inverse() - Matrix<double>.Build.DenseIdentity(n);
        var wanted = (b * b.Transpose()).UpperTriangle();
        var scale = change[0, 0] / wanted[0, 0];
        Assert.InRange(0.5 / scale / (b * b.Transpose()).L2Norm(), 0.5, 1 + 1e-12); // a lower bound of the norm
        Assert.Equal(0, (change - scale * wanted).L2Norm() / change.L2Norm(), 1e-10);
    }

    sealed class Drawn : IRecordedDraws
    {
        public double[]? Last { get; private set; }

        public bool Balances => false;

        public void Draw<T>(ReadOnlySpan<int> dims, Span<T> to) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            Last = Noise(to.Length, 3);
            for (var k = 0; k < to.Length; k++) to[k] = T.CreateTruncating(Last[k]);
        }
    }

    [Fact]
    public void A_factor_that_would_not_be_finite_stays_and_is_counted()
    {
        var (rule, θ) = (new PSGDKron(), Params.Of(("", NDArray.Of([1.0, 2, 3, 4, 5, 6], 2, 3))));
        var g = Params.Of(("", NDArray.Of([0.5, 1, -1, 2, 0, 1], 2, 3)));
        var bad = Params.Of(("", NDArray.Of([double.NaN, 1, 1, 1, 1, 1], 2, 3)));
        var s = rule.Init(θ);
        for (var t = 0; t < 3; t++) (θ, s) = rule.Step(θ, g, s);
        Assert.Equal([0], s[0].Slots["failed_refreshes"].As<double>().Data);
        var before = Q(s);
        (_, s) = rule.Step(θ, bad, s);
        Assert.Equal(before, Q(s));
        Assert.Equal([2], s[0].Slots["failed_refreshes"].As<double>().Data); // of rows and of columns
    }

    [Fact]
    public void Q_whitens_gradients_of_a_fixed_covariance()
    {
        const int n = 6;
        var (rule, random, from) = (new PSGDKron(B1: 0, Lr: 0), new Random(4), Noise(n * n, 5));
        var L = Matrix<double>.Build.DenseOfRowMajor(n, n, from)
            + 2 * Matrix<double>.Build.DiagonalOfDiagonalArray([.. Enumerable.Range(1, n).Select(i => (double)i)]);
        var θ = Params.Of(("", NDArray.Of(new double[n * n], n, n)));
        var s = rule.Init(θ);
        Matrix<double> Gradient() => L * Matrix<double>.Build.Dense(n, n, (_, _) => Normal.Sample(random, 0, 1));
        for (var t = 0; t < 2000; t++) (θ, s) = rule.Step(θ, Params.Of(("", NDArray.Of(Gradient().ToRowMajorArray(), n, n))), s);
        var left = Matrix<double>.Build.DenseOfRowMajor(n, n, Q(s)[..(n * n)]);
        // Of u = QlᵀQl·G·QrᵀQr, E[uuᵀ] is near a multiple of the identity; that of G is far from one.
        var u = left.Transpose() * left * L * L.Transpose() * left.Transpose() * left;
        Assert.InRange(u.ConditionNumber(), 1, 3);
        Assert.True((L * L.Transpose()).ConditionNumber() > 30);
    }

    [Fact]
    public void Draws_have_mean_0_and_variance_1_and_differ_by_seed_step_and_shape()
    {
        double[] Drawn(int seed, int steps, params int[] shape)
        {
            // From a gradient of ones, u = Q²h of the first update is h + c·V, Q being as it was.
            var rule = new PSGDKron(NoiseSeed: seed, PrecondLr: 0, B1: 0, Lr: 1);
            var zeros = new double[shape.Aggregate(1, (n, d) => n * d)];
            var (θ, g) = (Params.Of(("", NDArray.Of(zeros, shape))), Params.Of(("", NDArray.Of([.. zeros.Select(_ => 1.0)], shape))));
            var s = rule.Init(θ);
            for (var t = 1; t < steps; t++) (_, s) = rule.Step(θ, g, s);
            return [.. rule.Step(θ, g, s).Parameters[0].As<double>().Data.ToArray().Select(x => (-x - 1) / Math.Sqrt(Math.ScaleB(1, -23)))];
        }
        var v = Drawn(0, 1, 100, 200);
        Assert.Equal(0, v.Average(), 0.03); // four standard deviations
        Assert.Equal(1, v.Average(x => x * x), 0.04);
        Assert.Equal(3, v.Average(x => x * x * x * x), 0.25);
        foreach (var other in (double[][])[Drawn(1, 1, 100, 200), Drawn(0, 2, 100, 200), Drawn(0, 1, 200, 100)])
            Assert.Equal(0, v.Zip(other, (x, y) => x * y).Average(), 0.03);
    }

    [Fact]
    public void Updates_come_as_often_as_their_probability_says()
    {
        double[] Steps(double? p, int count)
        {
            var (rule, shared) = (new PSGDKron(PreconditionerUpdateProbability: p), default(Scalars));
            List<double> found = [];
            for (var t = 1; t <= count; t++)
                if ((shared = rule.Learn(shared, 0, [])).S2 == 0) found.Add(t);
            Assert.Equal(found.Count, shared.S3);
            return [.. found];
        }
        Assert.Equal([2, 4, 6], Steps(0.5, 7));
        Assert.Equal([4, 8], Steps(0.3, 8));
        var annealed = Steps(null, 6000);
        Assert.Equal(501, annealed.Count(t => t <= 501)); // p is 1 up to there
        Assert.Equal(2000.0 / 34, annealed.Count(t => t > 4008), 1.0); // 1/0.03 steps and what is left of one apart
    }
}
