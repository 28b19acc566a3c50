using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.Clipping;

/// <summary>Expected numbers follow torch.nn.utils.clip_grad_norm_: g·min(1, max_norm/(‖g‖ + 1e-6)).</summary>
public class ClipTests
{
    static readonly double[] θ1 = [1, 2], θ2 = [3], G1 = [3, 0], G2 = [4];
    static Params Start => Params.Of(("a", θ1), ("b", θ2));
    static Params Gradients => Params.Of(("a", G1), ("b", G2));
    static readonly double Factor = 1 / (5 + 1e-6);

    [Fact]
    public void The_norm_is_of_all_parameters_together_and_the_gradients_are_scaled_to_it()
    {
        var rule = new SGD(1).ClipNorm(1);
        var (θ, _) = rule.Step(Start, Gradients, rule.Init(Start));
        Assert.Equal([1 - 3 * Factor, 2], θ["a"].As<double>().Data, Same);
        Assert.Equal([3 - 4 * Factor], θ["b"].As<double>().Data, Same);
        Assert.Equal([3, 0], G1);
    }

    /// <summary>One rounding of the scaled gradient and one of θ'.</summary>
    static bool Same(double a, double b) => Math.Abs(a - b) <= 2 * Math.BitIncrement(Math.Abs(b)) - 2 * Math.Abs(b);

    [Theory]
    [InlineData(5.1)]
    [InlineData(double.PositiveInfinity)]
    public void A_norm_within_the_limit_changes_nothing(double most)
    {
        var adam = new Adam();
        var (θ, _) = adam.ClipNorm(most).Step(Start, Gradients, adam.Init(Start));
        var (plain, _) = adam.Step(Start, Gradients, adam.Init(Start));
        Assert.Equal(plain["a"].As<double>().Data, θ["a"].As<double>().Data);
    }

    [Theory, MemberData(nameof(Variants.Dense), MemberType = typeof(Variants))]
    public void Clipping_is_the_step_with_its_factor_as_scale_in_both_faces_and_across_groups(string name)
    {
        var (rule, factor) = (Variants.Get(name), 2 / (2 * 5 + 1e-6));
        var (wanted, _) = rule.Step(Start, Gradients, rule.Init(Start), scale: -2 * factor);
        var (θ, _) = rule.ClipNorm(2).Step(Start, Gradients, rule.Init(Start), scale: -2);
        Parameter a = new((double[])[1, 2], "a") { Grad = G1 }, b = new((double[])[3], "b") { Grad = G2 };
        var optimizer = new Optimizer([new ParamGroup(a), new ParamGroup(b)], rule) { GradScale = -2, MaxGradNorm = 2 };
        optimizer.Step();
        Assert.Equal(10, optimizer.GradNorm);
        foreach (var (key, value) in new[] { ("a", a.Value), ("b", b.Value) })
        {
            Assert.Equal(wanted[key].As<double>().Data, θ[key].As<double>().Data);
            Assert.Equal(wanted[key].As<double>().Data, value.As<double>().Data);
        }
    }

    [Fact]
    public void Threads_and_lanes_do_not_change_the_norm()
    {
        var random = new Random(1);
        Parameter[] parameters =
        [
            .. new[] { 3, Sizes.Many, 17 }.Select(n => new Parameter(new float[n])
            {
                Grad = Enumerable.Range(0, n).Select(_ => random.NextSingle()).ToArray(),
            }),
        ];
        double Norm(Execution how)
        {
            var optimizer = new Optimizer(parameters, new SGD(0)) { MaxGradNorm = 1, Execution = how };
            optimizer.Step();
            return optimizer.GradNorm;
        }
        var one = Norm(new() { Threads = 1, LaneBits = 0 });
        var plain = Math.Sqrt(parameters.Sum(p => ((NDArray<float>)p.Grad!).Data.Sum(x => (double)x * x)));
        Assert.Equal(plain, one, plain * Sizes.Many * 1.2e-16); // the plain sum's own roundings, one an element
        foreach (var bits in new[] { 128, 256, 512 }) Assert.Equal(one, Norm(new() { Threads = 3, SerialUpTo = 0, LaneBits = bits }));
    }

    [Fact]
    public void Clipping_allocates_nothing_and_keeps_no_hold_of_gradients()
    {
        var p = new Parameter(new float[100]);
        var optimizer = new Optimizer([p], new Adam()) { MaxGradNorm = 1 };
        WeakReference Run()
        {
            p.Grad = new float[100];
            Assert.Equal(0, AllocationTests.Bytes(optimizer));
            var gradient = new WeakReference(p.Grad);
            p.Grad = null;
            return gradient;
        }
        var gradient = Run();
        GC.Collect();
        Assert.False(gradient.IsAlive);
        GC.KeepAlive(optimizer);
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_makes_all_so_as_in_torch_unless_the_step_is_left_out()
    {
        var (rule, bad) = (new SGD(1).ClipNorm(1), Params.Of(("a", new[] { double.NaN, 0 }), ("b", G2)));
        Assert.All(rule.Step(Start, bad, rule.Init(Start)).Parameters["b"].As<double>().Data, x => Assert.True(double.IsNaN(x)));
        Assert.Equal([3], rule.OnNonFinite(NonFinite.Skip).Step(Start, bad, rule.Init(Start)).Parameters["b"].As<double>().Data);
    }

    [Fact]
    public void Both_wrappers_are_kept_in_either_order_and_said()
    {
        foreach (var rule in new[]
            {
                new Adam().ClipNorm(2).OnNonFinite(NonFinite.Skip),
                new Adam().OnNonFinite(NonFinite.Skip).ClipNorm(2),
            })
        {
            Assert.Equal((NonFinite.Skip, 2), (rule.Find<FinitePolicy>()!.Then, rule.Find<ClipNorm>()!.MaxNorm));
            Assert.Contains(" |> ClipNorm (max_norm: 2, eps: 1E-06)", rule.ToString());
            Assert.Contains(" |> FinitePolicy (then: Skip)", rule.ToString());
            Assert.Equal(2, new Optimizer([new Parameter(new double[1])], rule).MaxGradNorm);
        }
    }

    [Fact]
    public void Without_eps_gradients_are_scaled_to_the_limit_itself()
    {
        var rule = new SGD(1).With(new ClipNorm(1, Eps: 0));
        Assert.Equal([3 - 4 * 0.2], rule.Step(Start, Gradients, rule.Init(Start)).Parameters["b"].As<double>().Data, Same);
        var none = Params.Of(("a", new double[2]), ("b", new double[1]));
        Assert.Equal([3], rule.Step(Start, none, rule.Init(Start)).Parameters["b"].As<double>().Data);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void An_eps_below_0_is_refused(double eps) =>
        Assert.Contains($"eps must be >= 0, got {eps}", Assert.Throws<ArgumentException>(() => new ClipNorm(1, eps)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_limit_that_is_not_more_than_0_is_refused(double most)
    {
        Assert.Contains($"must be more than 0, got {most}", Assert.Throws<ArgumentException>(() => new Adam().ClipNorm(most)).Message);
        Assert.Contains(
            "MaxGradNorm",
            Assert
                .Throws<ArgumentException>(() => new Optimizer([new Parameter(new double[1])], new Adam()) { MaxGradNorm = most })
                .Message);
    }

    [Fact]
    public void LBFGS_says_where_to_clip() =>
        Assert.Contains(
            "in the closure",
            Assert
                .Throws<ArgumentException>(() => new Optimizer([new Parameter(new double[1])], new LBFGS()) { MaxGradNorm = 1 })
                .Message);
}
