using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

/// <summary>Stages and learning rates that are set between steps.</summary>
public class ChangedPlanTests
{
    [Fact]
    public void The_plan_may_be_changed_between_steps_and_its_rule_may_not()
    {
        var p = new Parameter(new double[] { 1 }) { Grad = new double[] { 4 } };
        var optimizer = new Optimizer([p], new SGD(0.25));
        optimizer.Step();
        Assert.Equal(0, p.Value.As<double>().Data[0]);
        optimizer.Plan = optimizer.Plan.LossScale(4).Schedule(new Cosine(2));
        optimizer.Step();
        Assert.Equal(-0.125, p.Value.As<double>().Data[0]);
        Assert.Contains("may change its stages, not its rules",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.Plan = new Adam().Plan()));
    }

    [Fact]
    public void An_average_that_is_added_later_does_not_start_the_momentum_anew()
    {
        var (p, q) = (new Parameter(new double[] { 1 }) { Grad = new double[] { 1 } },
            new Parameter(new double[] { 1 }) { Grad = new double[] { 1 } });
        Optimizer with = new([p], new SGD(0.25, Momentum: 0.5, Dampening: 0.5)),
            without = new([q], new SGD(0.25, Momentum: 0.5, Dampening: 0.5));
        for (var t = 0; t < 4; t++)
        {
            if (t == 2) with.Plan = with.Plan.Ema(0.5);
            with.Step();
            without.Step();
        }
        Assert.Equal(Face.Bits(q.Value), Face.Bits(p.Value));
        Assert.Equal(Face.Bits(without.State(q).Slots["momentum_buffer"]), Face.Bits(with.State(p).Slots["momentum_buffer"]));
        Assert.True(with.State(p).Slots.ContainsKey("ema"));
    }

    public static TheoryData<string> Scheduled => ["plain", "scheduled"];

    [Theory, MemberData(nameof(Scheduled))]
    public void A_learning_rate_may_be_set_before_each_step_without_an_allocation(string how)
    {
        var plan = how == "plain" ? new AdamW(Lr: 0.5).Plan() : new AdamW(Lr: 0.5).Schedule(new Cosine(1 << 20));
        var optimizer = new Optimizer([new Parameter(new float[100]) { Grad = new float[100] }], plan);
        var group = optimizer.ParamGroups[0];
        for (var t = 0; t < 40; t++) Set(t);
        var bytes = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var t = 0; t < 10; t++) Set(t);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, bytes);

        void Set(int t)
        {
            group.Lr = 0.1 + 0.01 * t;
            optimizer.Step();
        }
    }

    [Fact]
    public void A_learning_rate_that_is_set_acts_at_the_next_step_also_where_a_schedule_starts_from_it()
    {
        var p = new Parameter(new double[] { 0 }) { Grad = new double[] { 1 } };
        var optimizer = new Optimizer([p], new SGD(1).Schedule(new Cosine(2)));
        optimizer.Step();
        optimizer.ParamGroups[0].Lr = 8;
        optimizer.Step();
        Assert.Equal(-1 - 4, p.Value.As<double>().Data[0]);
        optimizer.Plan = optimizer.Plan.Without<Cosine>();
        optimizer.ParamGroups[0]["lr"] = 0.5;
        optimizer.Step();
        Assert.Equal(-5.5, p.Value.As<double>().Data[0]);
        Assert.Equal((0.5, 0.5), (((SGD)optimizer.ParamGroups[0].Rule).Lr, (double)optimizer.ParamGroups[0].Options["lr"]!));
    }
}
