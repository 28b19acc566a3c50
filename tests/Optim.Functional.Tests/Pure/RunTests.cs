using Optim.Functional.Tests.Lift;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.PureFace;

public class RunTests
{
    static readonly Params Start = From(new Adam());

    static Params From(IRule rule) =>
        Params.Of(("a", Face.Random<double>(new(1), Face.Shape(rule, 5))), ("w", Face.Random<double>(new(2), [2, 3])));

    static string Bits(Params θ, State s) =>
        string.Concat(θ.Values.Select(Face.Bits))
        + string.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values).Select(Face.Bits))
        + s;

    /// <summary>Half of θ, as the rule takes it; in every third call without 'w'.</summary>
    static Func<Params, Params> Gradient(IRule rule)
    {
        var calls = 0;
        return θ => Params.Of(θ.Entries.Where(e => e.Key != "w" || ++calls % 3 != 0).Select(e => (e.Key, Half(e.Value))));

        NDArray Half(NDArray x) => Face.Taken(rule, NDArray.Of([.. x.As<double>().Data.Select(x => x / 2)], [.. x.Shape]));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Running_is_stepping_so_many_times(string name)
    {
        var rule = Face.Rule(name);
        var (gradient, again, start) = (Gradient(rule), Gradient(rule), From(rule));
        var (θ, s) = rule.Step(start, gradient(start), rule.Init(start));
        var run = rule.Run(again, 5, start, rule.Init(start));
        for (var t = 1; t < 5; t++) (θ, s) = rule.Step(θ, gradient(θ), s);
        Assert.Equal(Bits(θ, s), Bits(run.Parameters, run.State));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Running_on_from_a_state_is_not_stopping(string name)
    {
        var rule = Face.Rule(name);
        var (gradient, start) = (Gradient(rule), From(rule));
        var (θ, s) = rule.Run(gradient, 2, start, rule.Init(start));
        (θ, s) = rule.Run(gradient, 3, θ, s);
        var whole = rule.Run(Gradient(rule), 5, start, rule.Init(start));
        Assert.Equal(Bits(whole.Parameters, whole.State), Bits(θ, s));
    }

    [Fact]
    public void No_steps_give_back_the_start()
    {
        var rule = new Adam();
        var (θ, s) = rule.Run(_ => throw new InvalidOperationException("asked"), 0, Start, rule.Init(Start));
        Assert.Equal(Bits(Start, rule.Init(Start)), Bits(θ, s));
    }

    [Fact]
    public void Running_uses_the_lanes_that_are_asked_for()
    {
        var (rule, θ) = (new Witness(), Params.Of(("a", new float[8])));
        rule.Run(x => x, 1, θ, rule.Init(θ), new() { LaneBits = 128 });
        Assert.Equal([(128, 1)], rule.Binds);
    }

    [Fact]
    public void A_run_is_checked_like_a_step()
    {
        var adam = new Adam();
        Assert.Contains(
            "Adam: lr must be >= 0, got -1",
            Assert.Throws<ArgumentException>(() => (adam with { Lr = -1 }).Run(x => x, 0, Start, adam.Init(Start))).Message);
        Assert.Contains(
            "Adam: the state was made by AdamW",
            Assert.Throws<ArgumentException>(() => adam.Run(x => x, 0, Start, new AdamW().Init(Start))).Message);
        Assert.Contains(
            "the parameters: got null",
            Assert.Throws<ArgumentNullException>(() => adam.Run(x => x, 0, null!, adam.Init(Start))).Message);
    }
}
