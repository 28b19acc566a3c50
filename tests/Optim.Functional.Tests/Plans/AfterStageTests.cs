using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

/// <summary>Averages and slow parameters, worked by hand with SGD at 1 and a gradient of -1: the parameter counts.</summary>
public class AfterStageTests
{
    static IEnumerable<(double θ, double Slot)> Counted(Plan plan, string slot, int steps)
    {
        var (θ, s) = (new double[1], plan.Init(new double[1]));
        for (var t = 0; t < steps; t++)
        {
            (θ, s) = plan.Step(θ, [-1.0], s);
            yield return (θ[0], s[0].Slots[slot].As<double>().Data[0]);
        }
    }

    [Fact]
    public void Lookahead_comes_back_to_the_slow_parameters_every_k_steps() =>
        Assert.Equal([(1, 0), (2, 0), (1.5, 1.5), (2.5, 1.5), (3.5, 1.5), (3, 3)], Counted(new SGD(1).Lookahead(3), "slow", 6));

    [Fact]
    public void Lookahead_at_1_is_no_lookahead_and_at_0_stands_still()
    {
        Assert.Equal([1, 2, 3, 4], Counted(new SGD(1).Lookahead(2, 1), "slow", 4).Select(x => x.θ));
        Assert.Equal([1, 0, 1, 0], Counted(new SGD(1).Lookahead(2, 0), "slow", 4).Select(x => x.θ));
    }

    [Fact]
    public void Swa_is_the_mean_of_the_parameters_from_its_start_on() =>
        Assert.Equal([1, 2, 3, 3, 4, 4], Counted(new SGD(1).Swa(3, 2), "swa", 6).Select(x => x.Slot));

    [Fact]
    public void Swa_from_the_start_is_the_mean_of_all() =>
        Assert.Equal([1, 1.5, 2, 2.5], Counted(new SGD(1).Swa(), "swa", 4).Select(x => x.Slot));

    [Fact]
    public void An_average_is_of_what_lookahead_leaves() =>
        Assert.Equal([1, 1.5, 1.5, 1.75], Counted(new SGD(1).Swa().Lookahead(3), "swa", 4).Select(x => x.Slot));

    [Fact]
    public void A_model_is_evaluated_with_the_slow_parameters()
    {
        var plan = new SGD(1).Lookahead(3);
        var θ = Params.Of(("w", NDArray.Of<double>([0.0], 1)));
        var s = plan.Init(θ);
        for (var t = 0; t < 4; t++) (θ, s) = plan.Step(θ, Params.Of(("w", NDArray.Of<double>([-1.0], 1))), s);
        Assert.Equal([2.5, 1.5], [Face.Numbers(θ[0])[0], Face.Numbers(plan.View(θ, s)[0])[0]]);
    }

    [Fact]
    public void They_follow_whole_rules_too()
    {
        var plan = new LAMB(1).Lookahead(2).Swa();
        var (θ, s) = (Params.Of(("w", NDArray.Of<double>([3.0, 4], 2))), default(State)!);
        s = plan.Init(θ);
        var bare = new LAMB(1);
        var (φ, r) = (θ, bare.Init(θ));
        var g = Params.Of(("w", NDArray.Of<double>([1.0, -1], 2)));
        var (one, slow) = (Face.Numbers(θ[0]), Face.Numbers(θ[0]));
        for (var t = 0; t < 2; t++)
        {
            (θ, s) = plan.Step(θ, g, s);
            (φ, r) = bare.Step(φ, g, r);
        }
        var fast = Face.Numbers(φ[0]);
        for (var i = 0; i < 2; i++) Assert.Equal(slow[i] + 0.5 * (fast[i] - slow[i]), Face.Numbers(θ[0])[i], 1e-15 * 10);
        Assert.Equal(Face.Numbers(θ[0]), Face.Numbers(s["w"].Slots["slow"]));
    }

    [Fact]
    public void Frozen_parameters_and_their_state_stay_whatever_their_gradients()
    {
        var plan = new AdamW(0.1).ClipNorm(1).OnNonFinite(NonFinite.Throw).Schedule(new Cosine(4)).Freeze(Select.Named("embed.*"));
        var θ = Params.Of(("embed.w", NDArray.Of<double>([1.0, 2], 2)), ("head", NDArray.Of<double>([1.0], 1)));
        var g = Params.Of(("embed.w", NDArray.Of<double>([double.NaN, 2], 2)), ("head", NDArray.Of<double>([2.0], 1)));
        var (next, s) = plan.Step(θ, g, plan.Init(θ));
        Assert.Equal([1, 2], Face.Numbers(next["embed.w"]));
        Assert.False(s["embed.w"].Exists);
        Assert.True(Face.Numbers(next["head"])[0] < 1);

        var optimizer = new Optimizer(θ.Copy().Entries.Select(e => new Parameter(e.Value, e.Key) { Grad = g[e.Key] }), plan);
        optimizer.Step();
        Assert.Equal(2, optimizer.GradNorm);
        Assert.Equal([.. next.Values.SelectMany(Face.Numbers)],
            optimizer.ParamGroups.SelectMany(x => x.Parameters).OrderBy(p => p.Name).SelectMany(p => Face.Numbers(p.Value)));
    }

    [Fact]
    public void Learning_rates_have_factors_by_name_and_by_layer_after_the_schedule()
    {
        var plan = new SGD(8).Schedule(new Exponential(0.5)).LayerwiseLr(0.5, "embed", "layers.0.*", "layers.1.*");
        string[] names = ["embed", "layers.0.w", "layers.1.w", "head"];
        var θ = Params.Of([.. names.Select(n => (n, NDArray.Of<double>([0.0], 1)))]);
        var g = Params.Of([.. names.Select(n => (n, NDArray.Of<double>([-1.0], 1)))]);
        var (next, s) = plan.Step(θ, g, plan.Init(θ));
        Assert.Equal([1.0, 2, 4, 8], next.Values.SelectMany(Face.Numbers));
        (next, _) = plan.Step(next, g, s);
        Assert.Equal([1.5, 3, 6, 12], next.Values.SelectMany(Face.Numbers));
        var one = new SGD(1).LrFactor(Select.Named("head"), 3);
        Assert.Equal([1.0, 1, 1, 3], one.Step(θ, g, one.Init(θ)).Parameters.Values.SelectMany(Face.Numbers));
        Assert.Contains("LrFactor: factor must be >= 0, got -1", Assert.Throws<ArgumentException>(() => new SGD(1).LrFactor(-1)).Message);
    }
}
