using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace Optim.Functional.Tests;

/// <summary>Which parameters there are, by which names, in which groups.</summary>
public class GroupTests : TorchTests
{
    sealed class Tied : Module<Tensor, Tensor>
    {
        readonly TorchSharp.Modules.Embedding table = Embedding(7, 4);
        readonly TorchSharp.Modules.Linear head = Linear(4, 7, hasBias: false);

        public Tied() : base(nameof(Tied))
        {
            head.weight = table.weight!;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => head.call(table.call(x));
    }

    [Fact]
    public void Names_are_the_modules()
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW();
        Assert.Equal(["a.weight", "a.bias", "b.weight", "b.bias"], optimizer.Core.ParamGroups[0].Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Buffers_are_left_alone()
    {
        using var norm = BatchNorm1d(3);
        using var optimizer = norm.SGD(0.1);
        (norm.call(rand(8, 3)) * tensor([1f, 2, 3])).pow(2).sum().backward();
        var before = norm.buffers().Select(b => b.clone()).ToArray();
        optimizer.step();
        Assert.Equal(["weight", "bias"], optimizer.Core.ParamGroups[0].Parameters.Select(p => p.Name));
        Assert.True(norm.buffers().Zip(before, Models.AreEqual).All(same => same));
    }

    [Fact]
    public void What_is_tied_is_one_parameter_and_stepped_once()
    {
        using var model = new Tied();
        using var optimizer = model.SGD(0.5);
        var weight = model.parameters().First();
        model.call(tensor([1L, 2L])).sum().backward();
        var wanted = weight.detach() - weight.grad! * 0.5;
        optimizer.step();
        Assert.Single(optimizer.Core.ParamGroups[0].Parameters);
        Assert.True(Models.AreEqual(weight.detach(), wanted));
    }

    [Fact]
    public void The_same_parameter_twice_in_a_list_is_one()
    {
        var w = new TorchParameter(ones(3));
        using var optimizer = TorchOptimizer.Of([new([w, w])], new SGD(Lr: 0.5));
        Assert.Single(optimizer.parameters());
    }

    [Fact]
    public void Parts_of_a_module_have_options_of_their_own()
    {
        using var model = Models.Layers();
        using var optimizer = TorchOptimizer.Of([new(model, "a") { ["lr"] = 1e-4 }, new(model, "b")], new SGD(Lr: 0.1));
        Assert.Equal([1e-4, 0.1], optimizer.ParamGroups.Select(g => g.LearningRate));
        Assert.Equal(["b.weight", "b.bias"], optimizer.Core.ParamGroups[1].Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_plans_parts_become_groups()
    {
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(new Muon().For(Select.Vectors, new AdamW(Lr: 1e-3)));
        var before = Models.Numbers(model);
        Models.Losses(model, optimizer, 2);
        Assert.Equal(2, optimizer.ParamGroups.Count());
        Assert.All(before.Zip(Models.Numbers(model)), x => Assert.NotEqual(x.First, x.Second));
    }

    [Fact]
    public void Parameters_may_be_added_later_as_in_torch()
    {
        using var model = Models.Layers();
        using var head = Linear(3, 2);
        using var optimizer = model.SGD(0.1);
        Models.Losses(model, optimizer, 2);
        var named = head.named_parameters().Select(p => ($"head.{p.name}", p.parameter));
        optimizer.add_param_group(new TorchParamGroup(named) { ["lr"] = 0.5 });
        var wanted = head.weight!.detach() - 0.5;
        head.weight.grad = ones_like(head.weight);
        optimizer.step();
        Assert.True(Models.AreEqual(head.weight.detach(), wanted));
        Assert.Equal([0.1, 0.5], optimizer.ParamGroups.Select(g => g.LearningRate));
    }

    [Fact]
    public void A_group_of_TorchSharps_own_gives_a_rate()
    {
        TorchParameter w = new(ones(3)), v = new(ones(3));
        using var optimizer = TorchOptimizer.Of([new([w])], new SGD(Lr: 0.1));
        optimizer.add_param_group(new TorchSharp.Modules.ParamGroup { Parameters = [v], Options = new() { LearningRate = 0.25 } });
        Assert.Equal(0.25, optimizer.Core.ParamGroups[1].Lr);
    }

    [Fact]
    public void A_group_that_is_there_already_is_refused_and_not_added()
    {
        using var model = Models.Layers();
        using var optimizer = model.SGD(0.1);
        Assert.Throws<ArgumentException>(() => optimizer.add_param_group(new TorchParamGroup(model)));
        Assert.Single(optimizer.ParamGroups);
        Assert.Equal(4, optimizer.parameters().Count());
    }

    [Fact]
    public void A_parameter_that_requires_no_gradient_is_left_alone_also_where_it_still_has_one()
    {
        using var model = Models.Layers();
        using var optimizer = model.SGD(0.1, momentum: 0.9);
        Models.Losses(model, optimizer, 2);
        var frozen = model.parameters().First();
        var before = Models.Numbers(frozen);
        frozen.requires_grad = false;
        Models.Losses(model, optimizer, 2);
        Assert.Equal(before, Models.Numbers(frozen));
        frozen.requires_grad = true;
        Models.Losses(model, optimizer, 1);
        Assert.NotEqual(before, Models.Numbers(frozen));
    }

    [Fact]
    public void Absent_gradients_leave_their_parameters_alone()
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW();
        Models.Losses(model, optimizer, 2);
        var before = Models.Numbers(model);
        optimizer.zero_grad(set_to_none: true);
        Assert.All(model.parameters(), p => Assert.Null(p.grad));
        optimizer.step();
        Assert.Equal(before, Models.Numbers(model));
    }

    [Fact]
    public void A_module_without_parameters_is_refused() =>
        Assert.Contains("needs parameters", Assert.Throws<ArgumentException>(() => Tanh().SGD(0.1)).Message);
}
