namespace Optim.Functional.Tests.Faults;

/// <summary>Gradients that are finite, but whose squares or sums are not.</summary>
public class LargeGradients
{
    public static TheoryData<string> Squaring =>
        ["Adam", "AdamW", "Adagrad", "RMSprop", "Adadelta", "NAdam", "RAdam", "ScheduleFreeAdamW", "LAMB", "Adan", "AdaBelief",
            "AdEMAMix"];

    static IRule Throwing(string name) => Registry.Find(name).Create(new Dictionary<string, object?>()).OnNonFinite(NonFinite.Throw);

    [Theory]
    [MemberData(nameof(Squaring))]
    public void A_state_that_would_be_infinite_is_refused_and_nothing_is_changed(string name)
    {
        var (θ, g) = (new float[] { 1, 2, 3 }, new float[] { 1, 1e21f, 1 });
        var p = new Parameter(θ, "w") { Grad = new float[] { 1, 1, 1 } };
        var optimizer = new Optimizer([p], Throwing(name));
        optimizer.Step();
        var (before, state) = ((float[])θ.Clone(), optimizer.State(p).ToString());
        p.Grad = g;
        var message = Assert.Throws<ArgumentException>(optimizer.Step).Message;
        Assert.Matches($"^{name}: the step would make .* of 'w' .* at element 1; nothing was changed.*too large for float32", message);
        Assert.Equal(before, θ);
        Assert.Equal(state, optimizer.State(p).ToString());
        p.Grad = new float[] { 1, 1, 1 };
        optimizer.Step();
        Assert.All(θ, x => Assert.True(float.IsFinite(x)));
    }

    [Theory]
    [MemberData(nameof(Squaring))]
    public void So_it_is_on_the_pure_face(string name)
    {
        var (rule, θ) = (Throwing(name), Params.Of(("w", new float[] { 1, 2, 3 })));
        var g = Params.Of(("w", new float[] { 1, 1e21f, 1 }));
        var message = Assert.Throws<ArgumentException>(() => rule.Step(θ, g, rule.Init(θ))).Message;
        Assert.Contains("of 'w'", message);
    }

    [Fact]
    public void A_step_is_skipped_where_the_policy_says_so()
    {
        var θ = new float[] { 1, 2, 3 };
        var p = new Parameter(θ) { Grad = new float[] { 1, 1e21f, 1 } };
        var optimizer = new Optimizer([p], new Adam().OnNonFinite(NonFinite.Skip));
        optimizer.Step();
        Assert.Equal([1, 2, 3], θ);
        Assert.Equal(0, optimizer.Steps);
        Assert.False(optimizer.State(p).Exists);
    }

    [Fact]
    public void Large_gradients_that_do_no_harm_are_stepped_with_as_ever()
    {
        var (θ, plain, g) = (new float[] { 1, 2, 3 }, new float[] { 1, 2, 3 }, new float[] { 1, 1e17f, -1e18f });
        var checking = new Optimizer([new Parameter(θ) { Grad = g }], new Adam().OnNonFinite(NonFinite.Throw));
        var propagating = new Optimizer([new Parameter(plain) { Grad = g }], new Adam());
        for (var t = 0; t < 3; t++)
        {
            checking.Step();
            propagating.Step();
        }
        Assert.Equal(plain, θ);
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(-1e300)]
    [InlineData(1e-170)]
    [InlineData(5e-324)]
    public void The_norm_of_large_and_small_gradients_is_right(double size)
    {
        var θ = new double[4];
        var optimizer = new Optimizer([new Parameter(θ) { Grad = new[] { size, -size, size, size } }], new SGD(1).ClipNorm(Math.Abs(size)));
        optimizer.Step();
        Assert.Equal(2 * Math.Abs(size), optimizer.GradNorm, Math.Abs(size) * 1e-15);
    }

    [Fact]
    public void Clipping_huge_gradients_steps_by_the_limit()
    {
        var θ = new double[4];
        var optimizer = new Optimizer([new Parameter(θ) { Grad = Enumerable.Repeat(1e200, 4).ToArray() }], new SGD(1).ClipNorm(1));
        optimizer.Step();
        Assert.All(θ, x => Assert.Equal(-0.5, x, 1e-15));
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1e-3)]
    public void A_factor_that_float32_cannot_hold_is_still_applied(double limit)
    {
        var rule = new SGD(1, Momentum: 0.5).With(new ClipNorm(limit, Eps: 0));
        var θ = new float[2];
        var optimizer = new Optimizer([new Parameter(θ) { Grad = new[] { 3e38f, 1e38f } }], rule);
        optimizer.Step();
        var norm = Math.Sqrt(10);
        Assert.Equal(-limit * 3 / norm, θ[0], limit * 1e-6);
        Assert.Equal(-limit / norm, θ[1], limit * 1e-6);
        var pure = Params.Of(("w", new float[2]));
        var stepped = rule.Step(pure, Params.Of(("w", new[] { 3e38f, 1e38f })), rule.Init(pure)).Parameters["w"].As<float>().Data;
        Assert.Equal(θ, stepped);
    }
}
