namespace Optim.Functional.Tests.Faults;

/// <summary>Values at the edge of what an element type holds.</summary>
public class CornerTests
{
    public static TheoryData<string> WithEps =>
        [.. Registry.All.Where(r => r.Options.Any(o => o.Name == "eps") && r.Name != "SparseAdam").Select(r => r.Name)];

    static IRule Rule(string name, string option, object value)
    {
        var info = Registry.Find(name);
        var options = new Dictionary<string, object?> { [option] = value };
        if (info.Options.Any(o => o.Name == "lr" && o.Required)) options.TryAdd("lr", 0.1);
        return info.Create(options);
    }

    [Theory]
    [MemberData(nameof(WithEps))]
    public void Gradients_of_zero_give_no_NaN_whatever_eps_is(string name)
    {
        foreach (var eps in (double[])[0, 1e-60])
        {
            var rule = Rule(name, "eps", name == "Adafactor" ? (eps, 0.0) : eps);
            Finite(rule, new float[] { 1, -2, 3, 0 }, new float[4]);
            Finite(rule, new double[] { 1, -2, 3, 0 }, new double[4]);
        }
    }

    static void Finite<T>(IRule rule, T[] θ, T[] g) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var p = new Parameter(NDArray.Of(θ, 2, 2)) { Grad = NDArray.Of(g, 2, 2) };
        var optimizer = new Optimizer([p], rule);
        for (var t = 0; t < 3; t++) optimizer.Step();
        Assert.All(θ, x => Assert.True(T.IsFinite(x), $"{rule}: {x}"));
    }

    [Fact]
    public void Centered_RMSprop_divides_by_0_variance_and_not_by_NaN()
    {
        var θ = new float[16];
        var p = new Parameter(θ) { Grad = Enumerable.Repeat(0.3f, 16).ToArray() };
        var optimizer = new Optimizer([p], new RMSprop(Alpha: 0.5, Centered: true));
        for (var t = 1; t <= 100; t++)
        {
            optimizer.Step();
            Assert.All(θ, x => Assert.True(float.IsFinite(x), $"step {t}: {x}"));
        }
    }

    [Fact]
    public void Centered_RMSprop_stays_finite_under_little_noise()
    {
        var (random, θ, g) = (new Random(1), new float[1000], new float[1000]);
        var optimizer = new Optimizer([new Parameter(θ) { Grad = g }], new RMSprop(Centered: true));
        for (var t = 0; t < 3000; t++)
        {
            for (var i = 0; i < g.Length; i++) g[i] = 1 + 1e-5f * (random.NextSingle() - 0.5f);
            optimizer.Step();
        }
        Assert.All(θ, x => Assert.True(float.IsFinite(x)));
    }

    [Theory]
    [InlineData(1e-23f)]
    [InlineData(1e-30f)]
    [InlineData(1e-44f)]
    public void Rprop_moves_alike_whatever_the_size_of_its_gradient(float size)
    {
        var (small, one) = (new float[3], new float[3]);
        var optimizer = new Optimizer([new Parameter(small), new Parameter(one)], new Rprop());
        foreach (var sign in (float[])[1, 1, 1, -1, -1, 1, 1])
        {
            optimizer.ParamGroups[0].Parameters[0].Grad = new[] { sign * size, -sign * size, 0 };
            optimizer.ParamGroups[0].Parameters[1].Grad = new[] { sign, -sign, 0 };
            optimizer.Step();
            Assert.Equal(one, small);
        }
    }

    public static TheoryData<string, string, double> CannotWork => new()
    {
        { "ASGD", "lambd", -1 }, { "RMSprop", "alpha", 1.5 },
        { "SGD", "dampening", double.PositiveInfinity }, { "ASGD", "alpha", double.NegativeInfinity },
    };

    [Theory]
    [MemberData(nameof(CannotWork))]
    public void Options_that_cannot_work_are_refused(string name, string option, double value) =>
        Assert.Contains($"{name}: {option} must be", Assert.Throws<ArgumentException>(() => Rule(name, option, value)).Message);

    [Fact]
    public void Rprop_refuses_bounds_in_the_wrong_order()
    {
        Assert.Contains("got -1", Assert.Throws<ArgumentException>(() => new Rprop(StepSizeMin: -1).Validate()).Message);
        Assert.Contains(">= 2, got 1", Assert.Throws<ArgumentException>(() => new Rprop(StepSizeMin: 2, StepSizeMax: 1).Validate()).Message);
        new Rprop(StepSizeMax: double.PositiveInfinity).Validate();
    }

    public static TheoryData<string> WithLr => [.. Registry.All.Where(r => r.Options.Any(o => o.Name == "lr")).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(WithLr))]
    public void An_infinite_lr_is_refused(string name)
    {
        var message = Assert.Throws<ArgumentException>(() => Rule(name, "lr", double.PositiveInfinity)).Message;
        Assert.Contains($"{name}: lr must be finite, got Infinity", message);
    }
}
