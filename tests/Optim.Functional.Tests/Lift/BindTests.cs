using System.Runtime.Intrinsics;

namespace Optim.Functional.Tests.Lift;

/// <summary>What a rule is asked for: which lanes, and how often.</summary>
public class BindTests
{
    static Params Arrays(params int[] lengths) => Params.Of(lengths.Select((n, i) => ($"p{i}", (NDArray)NDArray.Of(new float[n]))));

    [Theory]
    [InlineData(512, 37, 512, 3)]
    [InlineData(511, 37, 256, 5)]
    [InlineData(256, 37, 256, 5)]
    [InlineData(128, 37, 128, 10)]
    [InlineData(64, 37, 32, 37)]
    [InlineData(512, 16, 512, 1)]
    [InlineData(512, 15, 256, 2)]
    [InlineData(512, 8, 256, 1)]
    [InlineData(512, 7, 128, 2)]
    [InlineData(512, 3, 32, 3)]
    public void A_tensor_is_stepped_on_the_widest_lane_that_it_fills_the_last_of_which_may_overlap(
        int bits,
        int length,
        int lane,
        int steps)
    {
        List<int> seen = [];
        var rule = new Witness { Stepping = seen.Add };
        var θ = Arrays(length);
        rule.Step(θ, θ, rule.Init(θ), how: new() { LaneBits = bits, Threads = 1 });
        Assert.Equal(Enumerable.Repeat(lane, steps), seen);
        Assert.Equal([lane], rule.Binds.Select(b => b.Bits));
    }

    [Fact]
    public void Double_precision_uses_the_lanes_that_are_asked_for_too()
    {
        var (rule, θ) = (new Witness(), Params.Of(("p", new double[5]), ("q", new double[1])));
        rule.Step(θ, θ, rule.Init(θ), how: new() { LaneBits = 128, Threads = 1 });
        Assert.Equal([(128, 1), (64, 1)], rule.Binds);
    }

    [Fact]
    public void The_default_is_the_widest_lane_that_the_processor_accelerates() =>
        Assert.Equal(
            Vector512.IsHardwareAccelerated ? 512
                : Vector256.IsHardwareAccelerated ? 256
                : Vector128.IsHardwareAccelerated ? 128
                : 0,
            new Execution().LaneBits);

    [Fact]
    public void A_lane_that_no_tensor_fills_best_is_not_bound()
    {
        var (rule, θ) = (new Witness(), Arrays(32, 16, 0));
        rule.Step(θ, θ, rule.Init(θ), how: new() { LaneBits = 512, Threads = 1 });
        Assert.Equal([(512, 1)], rule.Binds);
    }

    [Fact]
    public void Parameters_at_the_same_step_share_one_bind_wherever_they_stand()
    {
        var (rule, θ) = (new Witness(), Arrays(1, 1, 1, 1, 1));
        var late = Params.Of(new[] { 1, 3 }.Select(i => ($"p{i}", θ[i])));
        var (_, s) = rule.Step(θ, late, rule.Init(θ));
        rule.Binds.Clear();
        rule.Step(θ, θ, s);
        Assert.Equal([(32, 1), (32, 2)], rule.Binds);
    }
}
