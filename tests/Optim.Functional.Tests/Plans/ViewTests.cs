using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

/// <summary>Parameters for evaluation: an average, or what the rule says.</summary>
public class ViewTests
{
    public static TheoryData<string> Views => ["ScheduleFreeAdamW", "Ema", "Muon with an average, AdamW without"];

    static IRule Rule(string name) => name switch
    {
        "ScheduleFreeAdamW" => new ScheduleFreeAdamW(Lr: 0.1),
        "Ema" => new Adam(Lr: 0.1).Ema(0.5),
        _ => new AdamW(Lr: 0.1).For(Select.Matrices, new Muon(Lr: 0.1).Ema(0.5)),
    };

    static Optimizer Stepped(IRule rule)
    {
        var optimizer = new Optimizer([Face.Double("a", 5), Face.Double("ww", 2, 3)], rule);
        foreach (var t in (int[])[1, 2, 5]) Face.Step(optimizer, t);
        return optimizer;
    }

    static IEnumerable<Parameter> All(Optimizer optimizer) => optimizer.ParamGroups.SelectMany(g => g.Parameters);

    [Theory, MemberData(nameof(Views))]
    public void The_pure_view_is_what_is_evaluated_in_place(string name)
    {
        var rule = Rule(name);
        var θ = Params.Of(("a", Face.Double("a", 5).Value), ("ww", Face.Double("ww", 2, 3).Value));
        var optimizer = new Optimizer(θ.Copy().Entries.Select(e => new Parameter(e.Value, e.Key)), rule);
        var s = rule.Init(θ);
        for (var t = 0; t < 3; t++)
        {
            var g = Params.Of(θ.Entries.Select(e => (e.Key, Face.Noise(new(t), e.Value))));
            foreach (var p in All(optimizer)) p.Grad = g[p.Name!];
            optimizer.Step();
            (θ, s) = rule.Step(θ, g, s);
        }
        var (view, training) = (rule.View(θ, s), θ.Values.Select(Face.Bits).ToArray());
        var seen = optimizer.Evaluate(() => All(optimizer).ToDictionary(p => p.Name!, p => Face.Bits(p.Value)));
        Assert.All(view.Entries, e => Assert.Equal(Face.Bits(e.Value), seen[e.Key]));
        Assert.NotEqual(training, view.Values.Select(Face.Bits));
        Assert.All(All(optimizer), p => Assert.Equal(Face.Bits(θ[p.Name!]), Face.Bits(p.Value)));
    }

    [Fact]
    public void An_average_is_its_slot_and_Schedule_Frees_x_is_of_y_and_z()
    {
        var ema = Stepped(Rule("Ema"));
        Assert.All(All(ema), p => Assert.Equal(Face.Bits(ema.State(p).Slots["ema"]), ema.Evaluate(() => Face.Bits(p.Value))));

        var free = Stepped(new ScheduleFreeAdamW(Lr: 0.1, Beta1: 0.75));
        foreach (var p in All(free))
        {
            var (y, z) = (p.Value.As<double>().ToArray(), free.State(p).Slots["z"].As<double>().ToArray());
            var x = free.Evaluate(p.Value.As<double>().ToArray);
            // y = 0.75x + 0.25z, but for the rounding of three operations.
            Assert.All(y.Zip(x, z), e => Assert.Equal(e.First, 0.75 * e.Second + 0.25 * e.Third, 1e-15));
        }
    }

    [Theory, MemberData(nameof(Views))]
    public void The_parameters_come_back_also_when_the_function_throws(string name)
    {
        var optimizer = Stepped(Rule(name));
        Assert.Equal("no", Face.Refused<TimeoutException>(optimizer, () => optimizer.Evaluate<int>(() =>
        {
            foreach (var p in All(optimizer)) p.Value.As<double>().Span.Fill(7);
            throw new TimeoutException("no");
        })));
        Face.Step(optimizer, 6);
    }

    [Theory, MemberData(nameof(Views))]
    public void A_step_within_the_function_is_refused(string name)
    {
        var optimizer = Stepped(Rule(name));
        Assert.Contains("Step was called from within Evaluate",
            Face.Refused<InvalidOperationException>(optimizer, () => optimizer.Evaluate(() => { optimizer.Step(); return 0; })));
        Assert.Contains("Evaluate was called from within",
            Face.Refused<InvalidOperationException>(optimizer, () => optimizer.Evaluate(() => optimizer.Evaluate(() => 0))));
    }

    [Fact]
    public void A_step_of_a_closure_rule_within_the_function_is_refused_too()
    {
        var p = Face.Double("a", 3);
        var optimizer = new Optimizer([p], new LBFGS());
        Assert.Contains("LBFGS: Step was called from within Evaluate", Face.Refused<InvalidOperationException>(optimizer, () =>
            optimizer.Evaluate(() => optimizer.Step(() => Face.Quadratic([p], 1)))));
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Before_the_first_step_the_view_is_the_parameters_themselves(string name)
    {
        var rule = Face.Rule(name);
        var p = Face.Double(rule, "a", 4);
        var θ = Params.Of(("a", p.Value));
        Assert.Equal(Face.Bits(p.Value), Face.Bits(rule.View(θ, rule.Init(θ))["a"]));
        Assert.Equal(Face.Bits(p.Value), new Optimizer([p], rule).Evaluate(() => Face.Bits(p.Value)));
    }
}
