using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>A step on libtorch's memory is the same step as on arrays.</summary>
public class EveryRuleTests : TorchTests
{
    public static TheoryData<string> Names => [.. Registry.All.Where(r => !r.ClosureDriven && r.Name != "SparseAdam").Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_rule_makes_the_bits_that_it_makes_on_arrays(string name)
    {
        var info = Registry.All.Single(r => r.Name == name);
        var rule = info.Create(info.Options.Any(o => o.Required) ? new Dictionary<string, object?> { ["lr"] = 0.1 } : new());
        var plan = Plan.Of(rule);
        if (((IGradientRule)rule).Refuses([3]) is not null) plan = plan.For(Select.Vectors, new SGD(Lr: 0.1));
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        Parameter[] arrays = [.. model.named_parameters().Select(p => new Parameter(Array(p.parameter), p.name))];
        var plain = new Optimizer(arrays, plan);
        using var optimizer = model.Optimizer(plan);
        for (var t = 0; t < 4; t++)
        {
            optimizer.zero_grad();
            Models.Backward(model, x, y);
            foreach (var (array, (_, tensor)) in arrays.Zip(model.named_parameters()))
                array.Grad = Array(tensor.grad!);
            plain.Step();
            optimizer.step();
        }
        Assert.Equal(arrays.Select(p => ((NDArray<float>)p.Value).ToArray()), Models.Numbers(model));
    }

    [Fact]
    public void Lbfgs_asks_for_the_loss_and_finds_the_minimum()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.LBFGS(lr: 1, line_search_fn: "strong_wolfe");
        var first = 0.0;
        for (var t = 0; t < 10; t++)
        {
            using var loss = optimizer.step(() =>
            {
                optimizer.zero_grad();
                var asked = nn.functional.cross_entropy(model.call(x), y);
                asked.backward();
                return asked;
            });
            if (t == 0) first = loss!.item<float>();
        }
        Assert.InRange(Models.Backward(model, x, y), 0, first / 20);
    }

    [Fact]
    public void A_closure_is_asked_once_by_rules_that_do_not_ask_themselves()
    {
        using var model = Models.Layers();
        using var other = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.AdamW();
        using var plain = other.AdamW();
        var asked = 0;
        using var loss = optimizer.step(() =>
        {
            asked++;
            var its = nn.functional.cross_entropy(model.call(x), y);
            its.backward();
            return its;
        });
        var wanted = Models.Backward(other, x, y);
        plain.step();
        Assert.Equal(1, asked);
        Assert.Equal(wanted, loss!.item<float>());
        Assert.Equal(Models.Numbers(other), Models.Numbers(model));
    }

    static NDArray Array(Tensor tensor) => NDArray.Of(Models.Numbers(tensor), [.. tensor.shape.Select(d => (int)d)]);
}
