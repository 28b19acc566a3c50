using static Optim.Functional.Torch;

namespace Optim.Functional.Tests.TorchFace;

public class GroupTests
{
    static Parameter P(string? name = null, int n = 2) => Face.Single(name, n);

    [Fact]
    public void A_group_keeps_its_own_options_and_takes_the_rest_from_the_optimizer()
    {
        var optimizer = optim.Adam([new(P()) { ["lr"] = 0.5, ["betas"] = (0.8, 0.9) }, new(P())], lr: 0.1, eps: 1e-3);
        Assert.Equal(new Adam(0.5, 0.8, 0.9, 1e-3), optimizer.ParamGroups[0].Rule);
        Assert.Equal(new Adam(0.1, Eps: 1e-3), optimizer.ParamGroups[1].Rule);
    }

    [Fact]
    public void Each_group_steps_with_its_own_lr()
    {
        var (slow, fast) = (new Parameter(new float[] { 1 }), new Parameter(new float[] { 1 }));
        (slow.Grad, fast.Grad) = (new float[] { 1 }, new float[] { 1 });
        optim.SGD([new(slow) { ["lr"] = 0.25 }, new(fast)], lr: 0.5).Step();
        Assert.Equal((0.75f, 0.5f), (slow.Value.As<float>().Data[0], fast.Value.As<float>().Data[0]));
    }

    [Fact]
    public void SGD_without_lr_is_made_when_every_group_has_one() =>
        Assert.Equal(0.5, optim.SGD([new ParamGroup(P()) { ["lr"] = 0.5 }]).ParamGroups[0].Lr);

    [Fact]
    public void SGD_without_lr_is_refused_when_a_group_has_none()
    {
        var message = Assert
            .Throws<ArgumentException>(() => optim.SGD([new ParamGroup(P()) { ["lr"] = 0.5 }, new ParamGroup(P())]))
            .Message;
        Assert.Contains("SGD", message);
        Assert.Contains("required option 'lr'", message);
    }

    [Fact]
    public void SGD_checks_its_defaults_also_where_every_group_overrides_them()
    {
        Assert.Contains(
            "lr must be >= 0, got -1",
            Assert.Throws<ArgumentException>(() => optim.SGD([new ParamGroup(P()) { ["lr"] = 0.5 }], lr: -1)).Message);
        Assert.Contains(
            "momentum must be >= 0, got NaN",
            Assert
                .Throws<ArgumentException>(() =>
                    optim.SGD([new ParamGroup(P()) { ["lr"] = 0.5, ["momentum"] = 0 }], momentum: double.NaN))
                .Message);
    }

    [Fact]
    public void A_changed_option_acts_at_the_next_step()
    {
        var p = new Parameter(new double[] { 1 }) { Grad = new double[] { 1 } };
        var optimizer = optim.SGD([p], lr: 0.25);
        optimizer.Step();
        optimizer.ParamGroups[0].Lr = 0.5;
        Assert.Equal(0.75, p.Value.As<double>().Data[0]);
        optimizer.Step();
        Assert.Equal(0.25, p.Value.As<double>().Data[0]);
    }

    [Fact]
    public void An_added_group_starts_its_own_step_count()
    {
        var (first, second) = (P("a"), P("b"));
        var optimizer = optim.Adam([first]);
        first.Grad = new float[2];
        optimizer.Step();
        optimizer.AddParamGroup(new(second) { ["lr"] = 0.5 });
        second.Grad = new float[2];
        optimizer.Step();
        Assert.Equal((2, 1), (optimizer.State(first).Step, optimizer.State(second).Step));
    }

    [Fact]
    public void An_added_group_takes_the_optimizers_defaults_not_a_later_change()
    {
        var optimizer = optim.Adam([P()], lr: 0.1);
        optimizer.ParamGroups[0].Lr = 0.7;
        optimizer.AddParamGroup(new(P()));
        Assert.Equal(0.1, optimizer.ParamGroups[1].Lr);
    }

    [Fact]
    public void An_option_may_be_given_as_any_number_or_pair()
    {
        var group = optim.Adam([P()]).ParamGroups[0];
        foreach (var lr in new object[] { 1, 1L, 1f, 1m, (short)1, (byte)1, 1u }) Assert.Equal(1.0, Written(group, "lr", lr));
        foreach (var betas in new object[]
            {
                (0.5f, 0.25f),
                (0.5, 0.25),
                new[] { 0.5, 0.25 },
                new List<object> { 0.5f, 0.25 },
                Tuple.Create(0.5, 0.25),
            })
            Assert.Equal(new[] { 0.5, 0.25 }, Written(group, "betas", betas));
    }

    static object? Written(ParamGroup group, string option, object value)
    {
        group[option] = value;
        return group[option];
    }

    [Fact]
    public void Lr_of_a_group_that_belongs_to_no_optimizer_is_what_was_set()
    {
        Assert.Equal(1, new ParamGroup(P()) { ["lr"] = 1 }.Lr);
        Assert.Throws<InvalidOperationException>(() => new ParamGroup(P()).Lr);
    }

    [Fact]
    public void Every_factory_has_torchs_names_and_the_rules_defaults() =>
        Assert.All(Registry.All, info =>
        {
            var factories = typeof(optim).GetMethods().Where(m => m.Name == info.Name).ToArray();
            Assert.Equal(2, factories.Length);
            Assert.All(factories, f => Assert.Equal(info.Options.Select(o => o.Name), f.GetParameters().Skip(1).Select(p => p.Name)));
            Parameter Own() => Face.Single(Face.Rule(info.Name), null, 2);
            var made = (Optimizer)factories[0].Invoke(null, [.. factories[0].GetParameters().Select(p => p.Position == 0
                ? p.ParameterType == typeof(IEnumerable<Parameter>) ? new[] { Own() } : new[] { new ParamGroup(Own()) } as object
                : info.Name == "SGD" && p.Name == "lr" ? 0.1 : p.DefaultValue)])!;
            Assert.Equal(info.Name == "SGD" ? new SGD(0.1) : info.Create(new Dictionary<string, object?>()), made.ParamGroups[0].Rule);
        });

    [Fact]
    public void The_name_is_the_rules_own() =>
        Assert.All(Registry.All, info =>
            Assert.Equal(info.Name, new Optimizer([Face.Single(Face.Rule(info.Name), null, 2)], Face.Rule(info.Name)).Name));
}
