using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

/// <summary>Stages that make other gradients. SGD at 1 shows them: it moves by what they are.</summary>
public class GradientMapTests
{
    static readonly double[] Counting = [1, 2, 3, 4, 5, 12];

    static double[] Shown(Func<IRule, Plan> stage, NDArray θ, NDArray g)
    {
        var plan = stage(new SGD(1));
        var parameters = Params.Of(("w", θ));
        var (next, _) = plan.Step(parameters, Params.Of(("w", g)), plan.Init(parameters));
        var (before, after) = (Face.Numbers(θ), Face.Numbers(next[0]));
        return [.. before.Zip(after, (a, b) => a - b)];
    }

    static NDArray Of(double[] numbers, params int[] shape) => NDArray.Of<double>([.. numbers], shape);

    static NDArray Zeros(params int[] shape) => Of(new double[shape.Aggregate(1, (a, b) => a * b)], shape);

    [Fact]
    public void Values_are_clipped_as_torch_does()
    {
        var inf = double.PositiveInfinity;
        Assert.Equal([-1, -0.5, 0, 1, 1, -1], Shown(r => r.ClipValue(1), Zeros(6), Of([-3, -0.5, 0, 1, inf, -inf], 6)));
        Assert.True(double.IsNaN(Shown(r => r.ClipValue(1), Zeros(1), Of([double.NaN], 1))[0]));
    }

    [Fact]
    public void Rows_are_centralized_over_all_but_the_first_dimension()
    {
        Assert.Equal([-1, 0, 1, -3, -2, 5], Shown(r => r.Centralize(), Zeros(2, 3), Of(Counting, 2, 3)));
        Assert.Equal([-1.5, -0.5, 0.5, 1.5, -3.5, 3.5, -4.5, 4.5],
            Shown(r => r.Centralize(), Zeros(2, 2, 2), Of([1, 2, 3, 4, 1, 8, 0, 9], 2, 2, 2)));
        Assert.Equal(Counting, Shown(r => r.Centralize(), Zeros(6), Of(Counting, 6)));
    }

    [Fact]
    public void Rows_are_clipped_to_a_part_of_the_parameters()
    {
        // ‖θ₁‖ = 5, so 0.5 is left of a gradient of length 10; ‖θ₂‖ = 0, so 0.1 · 0.001; the third is short enough.
        var θ = Of([3, 4, 0, 0, 30, 40], 3, 2);
        var got = Shown(r => r.ClipRows(0.1), θ, Of([6, 8, 0, 2, 3, 4], 3, 2));
        Assert.All(got.Zip([0.3, 0.4, 0, 1e-4, 3, 4]), x => Assert.Equal(x.Second, x.First, 1e-15 * 50));
        Assert.Equal([0.3, 0.4], Shown(r => r.ClipRows(0.1), Of([3, 4], 2), Of([6, 8], 2)).Select(x => Math.Round(x, 12)));
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    public void Rows_are_clipped_where_squares_are_beyond_the_type(double scale)
    {
        var got = Shown(r => r.ClipRows(0.5, 0), Of([3 * scale, 4 * scale], 1, 2), Of([60 * scale, 80 * scale], 1, 2));
        Assert.All(got.Zip([1.5 * scale, 2 * scale]), x => Assert.Equal(1, x.First / x.Second, 1e-14));
    }

    [Fact]
    public void Column_major_matrices_get_the_same_as_row_major_ones()
    {
        Func<IRule, Plan>[] stages = [r => r.ClipValue(2), r => r.Centralize(), r => r.ClipRows(0.1), r => r.Noise(1, seed: 7)];
        foreach (var stage in stages)
        {
            NDArray byColumns = (MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(2, 3, (i, j) => 1 + i + j));
            NDArray gByColumns = (MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(2, 3, (i, j) => Counting[3 * i + j]));
            var byRows = Of([1, 2, 3, 2, 3, 4], 2, 3);
            Assert.Equal(Shown(stage, byRows, Of(Counting, 2, 3)), Shown(stage, byColumns, gByColumns));
            Assert.Equal(Shown(stage, byRows, Of(Counting, 2, 3)), Shown(stage, byColumns, Of(Counting, 2, 3)));
        }
    }

    [Fact]
    public void Noise_is_normal_and_falls_as_the_paper_says()
    {
        const int n = 200_000;
        var plan = new SGD(1).Noise(0.25, 1);
        var (θ, zero) = (Params.Of(("w", Zeros(n))), Params.Of(("w", Zeros(n))));
        var s = plan.Init(θ);
        foreach (var variance in new[] { 0.25, 0.125, 0.25 / 3 })
        {
            var before = Face.Numbers(θ[0]);
            (θ, s) = plan.Step(θ, zero, s);
            var z = Face.Numbers(θ[0]).Zip(before, (a, b) => (a - b) / Math.Sqrt(variance)).ToArray();
            var mean = z.Average();
            // Five standard errors: of a mean 1/√n, of a variance √(2/n), of a fourth moment √(96/n).
            Assert.Equal(0, mean, 5 / Math.Sqrt(n));
            Assert.Equal(1, z.Average(x => x * x), 5 * Math.Sqrt(2.0 / n));
            Assert.Equal(3, z.Average(x => x * x * x * x), 5 * Math.Sqrt(96.0 / n));
            Assert.Equal(0, z.Skip(1).Zip(z, (a, b) => a * b).Average(), 5 / Math.Sqrt(n));
        }
    }

    [Fact]
    public void Noise_depends_on_seed_step_parameter_and_element_alone()
    {
        double[] Drawn(long seed, Execution how, int parameter, int step)
        {
            var plan = new SGD(1).Noise(1, seed: seed);
            var θ = Params.Of(("a", Zeros(5)), ("b", Zeros(5)));
            var s = plan.Init(θ);
            double[] before = [];
            for (var t = 0; t <= step; t++)
            {
                before = Face.Numbers(θ[parameter]);
                (θ, s) = plan.Step(θ, Params.Of(("a", Zeros(5)), ("b", Zeros(5))), s, how: how);
            }
            return [.. Face.Numbers(θ[parameter]).Zip(before, (x, y) => x - y)];
        }
        var one = Drawn(3, Execution.Default, 0, 0);
        Assert.Equal(one, Drawn(3, new Execution { Threads = 1 }, 0, 0));
        Assert.NotEqual(one, Drawn(4, Execution.Default, 0, 0));
        Assert.NotEqual(one, Drawn(3, Execution.Default, 1, 0));
        Assert.NotEqual(one, Drawn(3, Execution.Default, 0, 1));
    }

    [Fact]
    public void The_norm_is_clipped_after_rows_and_values_and_noise_comes_last()
    {
        var θ = Of([1, 1, 1, 1], 2, 2);
        var g = Of([10, 0, 0, 0.1], 2, 2);
        var inTurn = Shown(r => r.ClipNorm(1), θ, Of([2, 0, 0, 0.1], 2, 2));
        Assert.Equal(inTurn, Shown(r => r.ClipNorm(1).ClipValue(2), θ, g));
        var noise = Shown(r => r.Noise(1e-3), Zeros(2, 2), Zeros(2, 2));
        var clipped = Shown(r => r.ClipNorm(1).Noise(1e-3), Zeros(2, 2), g);
        Assert.All(clipped.Zip(noise, [0.99995, 0, 0, 0.0099995]), x => Assert.Equal(x.First - x.Second, x.Third, 1e-4));
    }

    [Fact]
    public void A_step_in_place_leaves_the_callers_gradients_alone_and_allocates_nothing()
    {
        var plan = new AdamW().ClipRows().Centralize().ClipValue(1).Noise(0.1).ClipNorm(1);
        var p = new Parameter(new float[] { 1, 2, 3, 4 }) { Grad = NDArray.Of<float>([5f, 6, 7, 8], 4) };
        var w = new Parameter(NDArray.Of<float>([1f, 2, 3, 4], 2, 2), null) { Grad = NDArray.Of<float>([5f, 6, 7, 8], 2, 2) };
        var optimizer = new Optimizer([p, w], plan);
        for (var t = 0; t < 3; t++) optimizer.Step();
        Assert.Equal([5f, 6, 7, 8], p.Grad!.As<float>().ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 10; t++) optimizer.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_they_cannot_go_around_is_refused()
    {
        Assert.Contains("this rule takes sparse ones only", Assert.Throws<ArgumentException>(() => new SparseAdam().Centralize()).Message);
        Assert.Contains("do it in the closure", Assert.Throws<ArgumentException>(() => new LBFGS().ClipValue(1)).Message);
        Assert.Contains("ClipRows: clipping must be more than 0, got 0", Assert.Throws<ArgumentException>(() => new ClipRows(0)).Message);
        Assert.Contains("Noise: eta must be >= 0, got -1", Assert.Throws<ArgumentException>(() => new Noise(-1)).Message);
        Assert.Contains("ClipValue: value must be >= 0, got -1", Assert.Throws<ArgumentException>(() => new ClipValue(-1)).Message);
        var plan = new SGD(1).Centralize();
        var θ = Params.Of(("w", NDArray.Of(new System.Numerics.Complex[4], 2, 2)));
        Assert.Contains("looks at rows, and these numbers are complex",
            Assert.Throws<ArgumentException>(() => plan.Step(θ, θ, plan.Init(θ))).Message);
    }
}
