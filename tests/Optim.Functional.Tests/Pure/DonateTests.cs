namespace Optim.Functional.Tests.PureFace;

/// <summary>A pure step that may write its results where its arguments were.</summary>
public class DonateTests
{
    static Params Start => Params.Of(("a", new double[] { 1, 2, 3 }), ("b", new double[] { 4 }));
    static Params Gradient(int t) => Params.Of(("a", new double[] { t, -t, 0.5 }), ("b", new double[] { 1 }));

    [Theory, MemberData(nameof(Lift.Variants.Names), MemberType = typeof(Lift.Variants))]
    public void Donating_gives_the_bits_of_not_donating(string name)
    {
        var rule = Lift.Variants.Get(name);
        var start = Shaped(Start, (_, x) => NDArray.Of(x, TorchFace.Face.Shape(rule, x.Length)));
        Params Gradient(int t) =>
            Shaped(DonateTests.Gradient(t), (name, x) => TorchFace.Face.Taken(rule, NDArray.Of(x, [.. start[name].Shape])));
        var (θ, s) = (start, rule.Init(start));
        var (own, ownState) = (start, rule.Init(start));
        for (var t = 1; t < 5; t++)
        {
            (θ, s) = rule.Step(θ, Gradient(t), s);
            (own, ownState) = rule.Step(own, Gradient(t), ownState, donate: true);
        }
        Assert.Equal(Lift.Trace.Bits<double>(θ, s), Lift.Trace.Bits<double>(own, ownState));
        Assert.Equal(s.Steps, ownState.Steps);
    }

    static Params Shaped(Params of, Func<string, double[], NDArray> shape) =>
        Params.Of([.. of.Entries.Select(x => (x.Key, shape(x.Key, x.Value.As<double>().ToArray())))]);

    [Fact]
    public void What_a_step_made_is_written_over_and_what_the_caller_made_is_not()
    {
        var (rule, start) = (new Adam(), Start);
        var (θ, s) = rule.Step(start, Gradient(1), rule.Init(start), donate: true);
        Assert.Equal([1, 2, 3], start["a"].As<double>().Data);
        var (array, slot) = (θ["a"].As<double>().Data, s["a"].Slots["exp_avg"].As<double>().Data);
        var (next, after) = rule.Step(θ, Gradient(2), s, donate: true);
        Assert.Same(array, next["a"].As<double>().Data);
        Assert.Same(slot, after["a"].Slots["exp_avg"].As<double>().Data);
    }

    [Fact]
    public void What_was_donated_says_so_when_it_is_used_again()
    {
        var rule = new Adam();
        var (θ, s) = rule.Step(Start, Gradient(1), rule.Init(Start));
        rule.Step(θ, Gradient(2), s, donate: true);
        Assert.Contains("These parameters were donated to a step", Assert.Throws<InvalidOperationException>(() => θ["a"]).Message);
        Assert.Contains("These states were donated", Assert.Throws<InvalidOperationException>(() => s["a"]).Message);
        Assert.Contains("donated", Assert.Throws<InvalidOperationException>(() => rule.Step(Start, Gradient(2), s)).Message);
        Assert.Contains("donated", $"{θ}");
        Assert.Contains("donated", $"{s}");
    }

    [Fact]
    public void A_step_that_is_refused_takes_nothing()
    {
        var rule = new Adam();
        var (θ, s) = rule.Step(Start, Gradient(1), rule.Init(Start));
        var bad = Params.Of(("a", new double[] { double.NaN, 0, 0 }));
        Assert.Throws<ArgumentException>(() => rule.OnNonFinite(NonFinite.Throw).Step(θ, bad, s, donate: true));
        Assert.Equal(1, s["a"].Step);
        Assert.Equal(2, rule.Step(θ, Gradient(2), s, donate: true).State["a"].Step);
    }
}
