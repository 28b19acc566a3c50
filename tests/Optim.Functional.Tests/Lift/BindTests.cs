using System.Runtime.Intrinsics;

namespace Optim.Functional.Tests.Lift;

/// <summary>What a rule is asked for: which lanes, and how often.</summary>
public class BindTests
{
    static Params Arrays(params int[] lengths) => Params.Of(lengths.Select((n, i) => ($"p{i}", (Tensor)Tensor.Of(new float[n]))));

    [Theory]
    [InlineData(512, new[] { 512, 512, 128, 32 })]
    [InlineData(511, new[] { 256, 256, 256, 256, 128, 32 })]
    [InlineData(256, new[] { 256, 256, 256, 256, 128, 32 })]
    [InlineData(128, new[] { 128, 128, 128, 128, 128, 128, 128, 128, 128, 32 })]
    [InlineData(64, null)]
    public void The_widest_lane_allowed_comes_first_and_narrower_ones_take_what_is_left(int bits, int[]? steps)
    {
        List<int> seen = [];
        var rule = new Witness { Stepping = seen.Add };
        var θ = Arrays(37);
        rule.Step(θ, θ, rule.Init(θ), how: new() { LaneBits = bits, Threads = 1 });
        Assert.Equal(steps ?? [.. Enumerable.Repeat(32, 37)], seen);
        Assert.Equal(seen.Distinct(), rule.Binds.Select(b => b.Bits));
    }

    [Fact]
    public void Double_precision_uses_the_lanes_that_are_asked_for_too()
    {
        var (rule, θ) = (new Witness(), Params.Of(("p", new double[5])));
        rule.Step(θ, θ, rule.Init(θ), how: new() { LaneBits = 128, Threads = 1 });
        Assert.Equal([(128, 1), (64, 1)], rule.Binds);
    }

    [Fact]
    public void The_default_is_the_widest_lane_that_the_processor_accelerates() =>
        Assert.Equal(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0, new Execution().LaneBits);

    [Fact]
    public void A_lane_that_nothing_is_left_for_is_not_bound()
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
