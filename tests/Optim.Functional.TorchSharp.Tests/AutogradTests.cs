using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>Autograd knows that a step has changed the parameters.</summary>
public class AutogradTests : TorchTests
{
    [Fact]
    public void A_backward_through_parameters_that_a_step_has_changed_is_refused()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.SGD(0.1);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        loss.backward(retain_graph: true);
        optimizer.step();
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<ExternalException>(() => loss.backward()).Message);
    }

    [Fact]
    public void A_backward_after_a_step_that_left_all_as_it_was_goes_through()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.SGD(0.1);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        optimizer.step(); // without gradients
        loss.backward();
        Assert.NotNull(model.parameters().First().grad);
    }

    [Fact]
    public void A_new_forward_after_a_step_is_of_the_new_parameters()
    {
        using var model = Models.Layers();
        using var other = Models.Layers();
        using var ours = model.SGD(0.1);
        using var theirs = optim.SGD(other.parameters(), 0.1);
        Assert.Equal(Models.Losses(other, theirs, 5), Models.Losses(model, ours, 5).Select(x => x), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_step_needs_no_no_grad_and_leaves_leaves()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.AdamW();
        using (no_grad()) optimizer.step();
        Models.Backward(model, x, y);
        optimizer.step();
        Assert.All(model.parameters(), p => Assert.True(p.is_leaf && p.requires_grad));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Evaluating_shows_the_average_and_comes_back()
    {
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(new SGD(Lr: 0.5).Ema(0.5));
        Models.Losses(model, optimizer, 3);
        var before = Models.Numbers(model);
        var within = optimizer.Evaluate(() => Models.Numbers(model));
        Assert.NotEqual(before, within);
        Assert.Equal(before, Models.Numbers(model));
    }

    [Fact]
    public void A_graph_made_while_evaluating_is_not_one_of_training()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.Optimizer(new SGD(Lr: 0.5).Ema(0.5));
        Models.Losses(model, optimizer, 3);
        var loss = optimizer.Evaluate(() => nn.functional.cross_entropy(model.call(x), y));
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<ExternalException>(() => loss.backward()).Message);
    }
}
