using Optim.Functional.Tests.Lift;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.PureFace;

public class RunTests
{
    static readonly Params Start = Params.Of(("a", Face.Random<double>(new(1), [5])), ("w", Face.Random<double>(new(2), [2, 3])));

    static string Bits(Params θ, State s) => string.Concat(θ.Values.Select(Face.Bits)) + string.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values).Select(Face.Bits)) + s;

    /// <summary>Half of θ; in every third call without 'w'.</summary>
    static Func<Params, Params> Gradient()
    {
        var calls = 0;
        return θ => Params.Of(θ.Entries.Where(e => e.Key != "w" || ++calls % 3 != 0).Select(e => (e.Key, (NDArray)NDArray.Of([.. e.Value.As<double>().Data.Select(x => x / 2)], [.. e.Value.Shape]))));
    }

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void Running_is_stepping_so_many_times(string name)
    {
        var rule = (IElementwiseRule)Face.Rule(name);
        var (gradient, again) = (Gradient(), Gradient());
        var (θ, s) = rule.Step(Start, gradient(Start), rule.Init(Start));
        var run = rule.Run(again, 5, Start, rule.Init(Start));
        for (var t = 1; t < 5; t++) (θ, s) = rule.Step(θ, gradient(θ), s);
        Assert.Equal(Bits(θ, s), Bits(run.Parameters, run.State));
    }

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void Running_on_from_a_state_is_not_stopping(string name)
    {
        var rule = (IElementwiseRule)Face.Rule(name);
        var gradient = Gradient();
        var (θ, s) = rule.Run(gradient, 2, Start, rule.Init(Start));
        (θ, s) = rule.Run(gradient, 3, θ, s);
        var whole = rule.Run(Gradient(), 5, Start, rule.Init(Start));
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
        Assert.Contains("Adam: lr must be >= 0, got -1", Assert.Throws<ArgumentException>(() => (adam with { Lr = -1 }).Run(x => x, 0, Start, adam.Init(Start))).Message);
        Assert.Contains("Adam: the state was made by AdamW", Assert.Throws<ArgumentException>(() => adam.Run(x => x, 0, Start, new AdamW().Init(Start))).Message);
        Assert.Contains("the parameters: got null", Assert.Throws<ArgumentNullException>(() => adam.Run(x => x, 0, null!, adam.Init(Start))).Message);
    }
}
