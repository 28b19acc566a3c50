namespace Optim.Functional.Tests.PureFace;

/// <summary>Other gradients than those of a step.</summary>
public class ObserveTests
{
    static readonly SophiaG sophia = new(Lr: 0.1, Beta2: 0.5, Rho: 1, Bs: 1, WeightDecay: 0);

    static Params Of(params double[] values) => Params.Of(("w", NDArray.Of(values, values.Length)));

    static double[] Hessian(State s) => s["w"].Slots["hessian"].As<double>().ToArray();

    [Fact]
    public void They_are_averaged_and_nothing_moves()
    {
        var θ = Of(1, 2);
        var start = sophia.Init(θ);
        var first = sophia.Observe(θ, Of(2, 4), start);
        var second = sophia.Observe(θ, Of(0, 2), first, scale: 0.5);
        Assert.Equal([1.0, 4.5], Hessian(second));
        Assert.Equal([2.0, 8.0], Hessian(first));
        Assert.False(start["w"].Exists);
        Assert.Equal((0, 0), (second["w"].Step, second.Steps));
        Assert.Equal([1 - 0.1 * (0.035 * 0.5), 2 - 0.1 * (0.035 / 4.5)],
            sophia.Step(θ, Of(0.5, 1), second).Parameters["w"].As<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void In_place_has_the_bits_of_pure(bool single)
    {
        var random = new Random(3);
        NDArray Noise(bool columnMajor) =>
            single ? WholeNoise<float>(random, columnMajor) : WholeNoise<double>(random, columnMajor);
        foreach (var rule in (IRule[])[new SophiaG(Bs: 2, Maximize: true), new MARS(IsApprox: false, Maximize: true), sophia.Ema(0.5)])
        {
            var start = Noise(columnMajor: true);
            var (θ, p) = (Params.Of(("w", start.Clone())), new Parameter(start.Clone(), "w"));
            var (s, optimizer) = (rule.Init(θ), new Optimizer([p], rule));
            for (var t = 0; t < 6; t++)
            {
                NDArray seen = Noise(t % 2 == 0), g = Noise(t % 2 == 1);
                s = rule.Observe(θ, Params.Of(("w", seen)), s);
                p.Grad = seen;
                optimizer.Observe();
                (θ, s) = rule.Step(θ, Params.Of(("w", g)), s);
                p.Grad = g;
                optimizer.Step();
            }
            foreach (var (key, slot) in s["w"].Slots) Assert.Equal(Text(slot), Text(optimizer.State(p).Slots[key]));
            Assert.Equal(Text(θ["w"]), Text(p.Value));
        }
    }

    static NDArray WholeNoise<T>(Random random, bool columnMajor) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        Lift.WholeVariants.Noise<T>([5, 7], random, columnMajor);

    static string Text(NDArray tensor) => string.Join(" ", tensor is NDArray<float> f ? [.. f.ToArray().Select(x => $"{x:R}")]
        : tensor.As<double>().ToArray().Select(x => $"{x:R}"));

    [Fact]
    public void Gradient_stages_act_on_them_but_for_a_limit_of_the_norm()
    {
        var θ = Of(1, 2);
        var plan = sophia.ClipNorm(0.1).LossScale(2);
        Assert.Equal([2.0, 8.0], Hessian(plan.Observe(θ, Of(4, 8), plan.Init(θ))));
        var (skips, broken) = (sophia.OnNonFinite(NonFinite.Skip), Of(1, double.NaN));
        Assert.False(skips.Observe(θ, broken, skips.Init(θ))["w"].Exists);
        var throws = sophia.OnNonFinite(NonFinite.Throw);
        Assert.Contains("'w'", Assert.Throws<ArgumentException>(() => throws.Observe(θ, broken, throws.Init(θ))).Message);
        var p = new Parameter(NDArray.Of([1.0, 2], 2), "w") { Grad = NDArray.Of([1, double.NaN], 2) };
        var optimizer = new Optimizer([p], throws);
        Assert.Throws<ArgumentException>(optimizer.Observe);
        Assert.False(optimizer.State(p).Exists);
    }

    [Fact]
    public void Parameters_whose_rule_observes_nothing_are_passed_over()
    {
        var plan = sophia.For(Select.Named("b"), new SGD(0.1, Momentum: 0.9));
        var θ = Params.Of(("w", NDArray.Of([1.0], 1)), ("b", NDArray.Of([1.0], 1)));
        var s = plan.Observe(θ, θ, plan.Init(θ));
        Assert.Equal((true, false), (s["w"].Exists, s["b"].Exists));
        Parameter[] parameters = [new(NDArray.Of([1.0], 1), "w") { Grad = θ["w"] }, new(NDArray.Of([1.0], 1), "b") { Grad = θ["b"] }];
        var optimizer = new Optimizer(parameters, plan);
        optimizer.Observe();
        Assert.Equal((true, false), (optimizer.State(parameters[0]).Exists, optimizer.State(parameters[1]).Exists));
    }

    [Fact]
    public void An_absent_gradient_leaves_the_state()
    {
        var θ = Params.Of(("w", NDArray.Of([1.0], 1)), ("b", NDArray.Of([1.0], 1)));
        var s = sophia.Observe(θ, Params.Of(("w", θ["w"])), sophia.Init(θ));
        Assert.Equal((true, false), (s["w"].Exists, s["b"].Exists));
    }

    [Fact]
    public void A_saved_state_knows_what_was_observed()
    {
        var θ = Of(1, 2);
        var s = sophia.Observe(θ, Of(2, 4), sophia.Init(θ));
        var (loaded, _) = sophia.Load(s.ToStateDict(), θ);
        Assert.Equal(Hessian(s), Hessian(loaded));
    }

    [Fact]
    public void What_cannot_be_observed_is_refused()
    {
        var θ = Of(1, 2);
        var adam = new Adam();
        Assert.StartsWith("Adam: it learns from the gradients of its steps only", Assert.Throws<ArgumentException>(
            () => adam.Observe(θ, θ, adam.Init(θ))).Message);
        Assert.StartsWith("Adam: it learns from", Assert.Throws<ArgumentException>(
            new Optimizer([new Parameter(NDArray.Of([1.0], 1))], adam).Observe).Message);
        Assert.Throws<ArgumentException>(() => sophia.Observe(θ, Of(1, 2, 3), sophia.Init(θ)));
        Assert.Throws<ArgumentException>(() => sophia.Observe(θ, Params.Of(("v", θ["w"])), sophia.Init(θ)));
        var optimizer = new Optimizer([new Parameter(NDArray.Of([1.0], 1))], sophia);
        Assert.Throws<InvalidOperationException>(() => optimizer.Evaluate(() => { optimizer.Observe(); return 0; }));
    }

    [Theory]
    [InlineData("mars-shampoo")]
    [InlineData("")]
    public void MARS_is_of_two_types(string type) =>
        Assert.Equal($"MARS: mars_type must be mars-adamw or mars-lion, got {type}.",
            Assert.Throws<ArgumentException>(() => new MARS(MarsType: type)).Message);
}
