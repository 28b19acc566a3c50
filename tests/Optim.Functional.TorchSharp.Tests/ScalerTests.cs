using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>What works on the optimizer within: a loss scale, a step of its own, reports.</summary>
public class ScalerTests : TorchTests
{
    const float Scale = 64; // a power of two: the division is exact

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_scale_is_divided_out_of_libtorchs_gradients(bool isUnscaledFirst)
    {
        using nn.Module<Tensor, Tensor> scaled = Models.Layers(), plain = Models.Layers();
        using var ours = scaled.AdamW();
        using var wanted = plain.AdamW();
        var (x, y) = Models.Data();
        var scaler = new GradScaler(initScale: Scale);
        for (var t = 0; t < 3; t++)
        {
            ours.zero_grad();
            (nn.functional.cross_entropy(scaled.call(x), y) * Scale).backward();
            if (isUnscaledFirst)
            {
                ours.ReadGradients();
                scaler.Unscale(ours.Core);
            }
            Assert.True(scaler.Step(ours.Core));
            scaler.Update();
        }
        Models.Losses(plain, wanted, 3);
        Assert.Equal(Models.Numbers(plain), Models.Numbers(scaled));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_leaves_the_step_out()
    {
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(new AdamW().OnNonFinite(NonFinite.Skip));
        Models.Losses(model, optimizer, 1);
        var before = Models.Numbers(model);
        using (no_grad()) model.parameters().First().grad!.fill_(float.NaN);
        optimizer.step();
        Assert.Equal(before, Models.Numbers(model));
        Assert.Equal(1, optimizer.Core.Steps);
    }

    [Fact]
    public void Gradients_are_seen_by_the_cores_hooks_and_let_go_of_after_the_step()
    {
        using var model = Models.Layers();
        using var optimizer = model.SGD(0.1);
        var first = optimizer.Core.ParamGroups[0].Parameters[0];
        var seen = new List<bool>();
        using var before = optimizer.Core.RegisterStepPreHook(_ => seen.Add(first.Grad is not null));
        using var after = optimizer.Core.RegisterStepPostHook(_ => seen.Add(first.Grad is not null));
        Models.Losses(model, optimizer, 1);
        Assert.Equal([true, true], seen);
        Assert.Null(first.Grad);
    }
}
