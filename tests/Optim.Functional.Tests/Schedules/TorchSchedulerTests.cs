namespace Optim.Functional.Tests.Schedules;

/// <summary>What torch's schedulers are known to have done wrong.</summary>
public class TorchSchedulerTests
{
    static Optimizer Made(double lr = 0.1, NonFinite nonFinite = NonFinite.Propagate) =>
        new([new Parameter(new double[1], "x") { Grad = new double[1] }], new SGD(lr, Momentum: 0.5), nonFinite);

    static double Lr(Optimizer optimizer) => optimizer.ParamGroups[0].Lr;

    [Fact]
    public void One_that_is_made_over_a_loaded_optimizer_leaves_its_rate()
    {
        var (first, second) = (Made(), Made());
        var scheduler = new StepLR(first, 2);
        for (var e = 0; e < 3; e++) scheduler.Step();
        second.LoadStateDict(StateDict.FromJson(first.StateDict().ToJson()));
        var resumed = new StepLR(second, 2);
        Assert.Equal(0.01, Lr(second), 1e-17);
        Assert.Equal([0.1], resumed.BaseLrs);
        resumed.LoadStateDict(scheduler.StateDict());
        resumed.Step();
        Assert.Equal(0.001, Lr(second), 1e-17);
    }

    [Fact]
    public void What_was_loaded_takes_the_place_of_the_gamma_that_was_given()
    {
        var (first, second) = (Made(), Made());
        var scheduler = new ExponentialLR(first, 0.5);
        scheduler.Step();
        var other = new ExponentialLR(second, 0.9);
        other.LoadStateDict(scheduler.StateDict());
        other.Step();
        Assert.Equal(0.025, Lr(second), 1e-17);
    }

    [Fact]
    public void A_cosine_goes_on_past_its_end_without_dividing_by_zero()
    {
        var optimizer = Made();
        var scheduler = new CosineAnnealingLR(optimizer, 1);
        for (var e = 1; e <= 50; e++)
        {
            scheduler.Step();
            Assert.Equal(e % 2 == 0 ? 0.1 : 0, Lr(optimizer), 1e-15);
        }
    }

    [Fact]
    public void A_sequence_that_goes_on_is_like_one_that_was_never_stopped()
    {
        Optimizer first = Made(), second = Made();
        SequentialLR Of(Optimizer o) => new(o, [new LinearLR(o, 0.1, totalIters: 4), new ExponentialLR(o, 0.9)], [4]);
        var whole = Of(first);
        for (var stop = 0; stop < 9; stop++)
        {
            var resumed = Of(second = Made());
            second.LoadStateDict(StateDict.FromJson(first.StateDict().ToJson()));
            resumed.LoadStateDict(whole.StateDict());
            whole.Step();
            resumed.Step();
            Assert.Equal(Lr(first), Lr(second));
        }
    }

    [Fact]
    public void Two_over_one_optimizer_act_one_upon_another()
    {
        var optimizer = Made();
        LRScheduler half = new ConstantLR(optimizer, 0.5, 3), less = new ExponentialLR(optimizer, 0.9);
        Assert.Equal(0.05, Lr(optimizer), 1e-17);
        for (var e = 1; e < 6; e++)
        {
            half.Step();
            less.Step();
            Assert.Equal(0.1 * (e < 3 ? 0.5 : 1) * Math.Pow(0.9, e), Lr(optimizer), 1e-16);
        }
    }

    [Fact]
    public void A_step_that_was_left_out_is_none_for_the_schedule()
    {
        var optimizer = Made(nonFinite: NonFinite.Skip);
        var scheduler = new ExponentialLR(optimizer, 0.5);
        var parameter = optimizer.ParamGroups[0].Parameters[0];
        double After(double g)
        {
            parameter.Grad = new[] { g };
            optimizer.Step();
            scheduler.Step();
            return Lr(optimizer);
        }
        Assert.Equal([0.05, 0.05, 0.025], [After(1), After(double.NaN), After(1)]);
        Assert.Equal(2, scheduler.LastEpoch);
        scheduler.Step(); // without a step of the optimizer: an epoch
        Assert.Equal(3, scheduler.LastEpoch);
    }

    [Fact]
    public void A_group_that_is_added_later_begins_at_its_own_rate()
    {
        var optimizer = Made();
        var scheduler = new ExponentialLR(optimizer, 0.5);
        scheduler.Step();
        optimizer.AddParamGroup(new([new Parameter(new double[1], "y")]) { ["lr"] = 1.0 });
        scheduler.Step();
        Assert.Equal([0.025, 0.25], scheduler.GetLastLr());
        Assert.Equal([0.1, 1.0], scheduler.BaseLrs);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "needs the number that is watched", "metric" },
        { "group 0 has no initial_lr, which a run that goes on after epoch 4 starts from", "resume" },
        { "max_lr must have one value, or one for each of the 1 groups of the optimizer; got 2", "groups" },
        { "scheduler 0 is of another optimizer", "other" },
        { "scheduler 0 is a ReduceLROnPlateau", "plateau" },
        { "the state's last_epoch is missing", "state" },
        { "give total_steps, or epochs and steps_per_epoch", "length" },
        { "step 3 was asked for, and the cycle has 3", "ended" },
        { "Adagrad has neither momentum nor betas", "momentum" },
        { "anneal_strategy must be 'cos' or 'linear', got 'cubic'", "strategy" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_cannot_be_is_refused(string says, string which) => Assert.Contains(says, Assert.ThrowsAny<Exception>(() =>
    {
        var optimizer = Made();
        switch (which)
        {
            case "metric": new ReduceLROnPlateau(optimizer).Step(); break;
            case "resume": _ = new StepLR(optimizer, 2, lastEpoch: 4); break;
            case "groups": _ = new OneCycleLR(optimizer, new[] { 0.1, 0.2 }, 10); break;
            case "other": _ = new SequentialLR(optimizer, [new ConstantLR(Made())], []); break;
            case "plateau": _ = new ChainedScheduler([new ReduceLROnPlateau(optimizer)]); break;
            case "state": new StepLR(optimizer, 2).LoadStateDict(new Dictionary<string, object?>()); break;
            case "length": _ = new OneCycleLR(optimizer, 0.1, epochs: 3); break;
            case "ended":
                var cycle = new OneCycleLR(optimizer, 0.1, 3);
                for (var k = 0; k < 3; k++) cycle.Step();
                break;
            case "momentum": _ = new OneCycleLR(new([new Parameter(new double[1])], new Adagrad()), 0.1, 3); break;
            default: _ = new SWALR(optimizer, 0.1, annealStrategy: "cubic"); break;
        }
    }).Message);

    [Fact]
    public void A_failed_one_leaves_the_optimizer_as_it_was()
    {
        var optimizer = Made();
        Assert.Throws<ArgumentException>(() => new StepLR(optimizer, 0));
        Assert.Equal((0.1, 0), (Lr(optimizer), optimizer.Schedulers.Count));
        Assert.DoesNotContain("initial_lr", optimizer.StateDict().ToJson());
    }
}
