using Ramp = Optim.Functional.Linear;

namespace Optim.Functional.Tests.Schedules;

public class ScheduleTests
{
    static readonly (string Name, ISchedule Schedule)[] all =
    [
        ("constant", new Constant()), ("linear", new Ramp(7, 0.1)), ("exponential", new Exponential(0.9)), ("step", new StepDecay(4)),
        ("multi-step", new MultiStep([3, 9, 9])), ("polynomial", new Polynomial(12, 2)), ("cosine", new Cosine(10, 0.01)),
        ("wave", new CosineWave(6)), ("restarts", new WarmRestarts(3, 2)), ("cyclic", new Cyclic(0.1, 1, 4, 2)),
        ("one cycle", new OneCycle(1, 20)), ("lambda", new Lambda(t => 1.0 / (1 + t))), ("multiplicative", new Multiplicative(t => 1 - 0.01 * t)),
        ("inverse root", new InverseSquareRoot(5)), ("warmup-stable-decay", new WarmupStableDecay(4, 5, 6)), ("anneal", new AnnealTo(0.05, 6)),
        ("joined", new Cosine(10).WarmUp(4)), ("chained", new Exponential(0.9).With(new StepDecay(5))), ("scaled", new Cosine(8).Times(0.5)),
    ];

    public static TheoryData<string> Names => [.. all.Select(s => s.Name)];

    static ISchedule Find(string name) => all.First(s => s.Name == name).Schedule;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_value_at_a_step_does_not_depend_on_how_one_got_there(string name)
    {
        var schedule = Find(name);
        var forth = schedule.Values(40, 0.3);
        for (var t = 39; t >= 0; t -= 3) Assert.Equal(forth[t], schedule.At(t, 0.3));
        Assert.All(forth, lr => Assert.True(double.IsFinite(lr) && lr >= 0));
        Assert.True(double.IsFinite(schedule.At(1_000_000, 0.3)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plan_steps_with_the_rate_of_its_step_on_both_faces(string name)
    {
        var schedule = Find(name);
        var plan = new SGD(0.3).Schedule(schedule);
        var (x, s) = (Params.Of(("x", new[] { 1.0 })), (State?)null);
        var parameter = new Parameter(new[] { 1.0 });
        var optimizer = new Optimizer([parameter], plan);
        for (var t = 0; t < 25; t++)
        {
            var before = parameter.Value.As<double>().Span[0];
            parameter.Grad = new[] { 1.0 };
            optimizer.Step();
            (x, s) = plan.Step(x, Params.Of(("x", new[] { 1.0 })), s ?? plan.Init(x));
            Assert.Equal(Math.FusedMultiplyAdd(-schedule.At(t, 0.3), 1, before), parameter.Value.As<double>().Span[0]);
            Assert.Equal(parameter.Value.As<double>().Span[0], x[0].As<double>().Span[0]);
        }
    }

    [Theory]
    [InlineData(0, 0.25), InlineData(3, 1), InlineData(4, 1), InlineData(8, 1), InlineData(9, 1), InlineData(12, 0.5), InlineData(15, 0), InlineData(99, 0)]
    public void Warmup_stable_decay_goes_up_stays_and_goes_down(long step, double wanted) =>
        Assert.Equal(wanted, new WarmupStableDecay(4, 5, 6).At(step, 1), 1e-15);

    [Theory]
    [InlineData(0, 0.2), InlineData(4, 1), InlineData(19, 0.5)]
    public void The_inverse_square_root_has_the_learning_rate_at_its_top(long step, double wanted) =>
        Assert.Equal(wanted, new InverseSquareRoot(5).At(step, 1), 1e-15);

    [Fact]
    public void A_schedule_after_another_begins_at_its_own_step_0()
    {
        var joined = new Ramp(10, 0).Then(10, new Cosine(100)).Then(50, new Constant(0.5, 1000));
        Assert.Equal([10, 60], joined.Milestones);
        Assert.Equal(0.5, joined.At(5, 1));
        Assert.Equal(new Cosine(100).At(49, 1), joined.At(59, 1));
        Assert.Equal(0.5, joined.At(60, 1));
    }

    [Fact]
    public void They_compare_and_print_by_their_numbers()
    {
        Assert.Equal(new MultiStep([1, 2]), new MultiStep(new List<long> { 1, 2 }));
        Assert.NotEqual(new MultiStep([1, 2]), new MultiStep([1, 3]));
        Assert.Equal(new Cosine(10).WarmUp(5), new Cosine(10).WarmUp(5));
        Assert.NotEqual(new Cosine(10).WarmUp(5), new Cosine(11).WarmUp(5));
        Assert.Equal("MultiStep (milestones: (1, 2), gamma: 0.1)", $"{new MultiStep([1, 2])}");
        Assert.Equal(
            "Joined (schedules: (Linear (steps: 5, start_factor: 0, end_factor: 1), Cosine (steps: 10, eta_min: 0)), milestones: (5))",
            $"{new Cosine(10).WarmUp(5)}");
    }

    [Fact]
    public void A_saved_plan_has_them_by_kind_and_numbers_and_a_load_says_what_differs()
    {
        Optimizer Of(ISchedule schedule) => new([new Parameter(new double[1], "x")], new Adam().Schedule(schedule));
        var saved = StateDict.FromJson(Of(new Cosine(90).WarmUp(10)).StateDict().ToJson());
        Of(new Cosine(90).WarmUp(10)).LoadStateDict(saved);
        var e = Assert.Throws<ArgumentException>(() => Of(new Cosine(91).WarmUp(10)).LoadStateDict(saved));
        Assert.Contains("steps: 90", e.Message);
        Assert.Contains("steps: 91", e.Message);
        var named = StateDict.FromJson(Of(new Lambda(t => 1 / (t + 1.0), "1/t")).StateDict().ToJson());
        Of(new Lambda(t => 1 / (t + 1.0), "1/t")).LoadStateDict(named);
        Assert.Throws<ArgumentException>(() => Of(new Lambda(t => 1, "one")).LoadStateDict(named));
    }

    [Fact]
    public void A_cyclic_moves_the_momentum_of_the_rule_on_both_faces()
    {
        var cyclic = new Cyclic(0.1, 1, 4, CycleMomentum: true);
        foreach (IRule rule in new IRule[] { new SGD(1, Momentum: 0.3), new Adam() })
        {
            var (θ, g) = (new[] { 1.0, -2 }, new[] { 0.5, 1.5 });
            var plan = rule.Schedule(cyclic);
            var parameter = new Parameter((double[])θ.Clone());
            var optimizer = new Optimizer([parameter], plan);
            var byHand = new Optimizer([new Parameter((double[])θ.Clone()) { Grad = g }], rule);
            var (x, s) = (Params.Of(("x", θ)), plan.Init(Params.Of(("x", θ))));
            for (var t = 0; t < 11; t++)
            {
                parameter.Grad = g;
                optimizer.Step();
                (x, s) = plan.Step(x, Params.Of(("x", g)), s);
                var group = byHand.ParamGroups[0];
                group.Lr = cyclic.At(t, 1);
                if (rule is SGD) group["momentum"] = cyclic.MomentumAt(t);
                else group["betas"] = (cyclic.MomentumAt(t), 0.999);
                byHand.Step();
                Assert.Equal(byHand.ParamGroups[0].Parameters[0].Value.As<double>().ToArray(), parameter.Value.As<double>().ToArray());
                Assert.Equal(x[0].As<double>().ToArray(), parameter.Value.As<double>().ToArray());
            }
        }
        Assert.Contains("neither momentum nor betas", Assert.Throws<ArgumentException>(() => new Adagrad().Schedule(cyclic)).Message);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "Cosine: steps must be more than 0, got 0", "cosine" },
        { "Joined: 2 schedules need 1 milestones between them, got 2", "joined" },
        { "each more than the one before; got 5, 5", "order" },
        { "Exponential: gamma must be >= 0, got -1", "gamma" },
        { "Linear: start_factor", "linear" },
        { "WarmRestarts: mult must be more than 0, got 0", "restarts" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_cannot_be_is_refused(string says, string which) => Assert.Contains(says, Assert.Throws<ArgumentException>(() => (object)(which switch
    {
        "cosine" => new Cosine(0),
        "joined" => new Joined([new Constant(), new Constant()], [1, 2]),
        "order" => new Joined([new Constant(), new Constant(), new Constant()], [5, 5]),
        "gamma" => new Exponential(-1),
        "linear" => new Ramp(5, 1.5),
        _ => new WarmRestarts(5, 0),
    })).Message);
}
