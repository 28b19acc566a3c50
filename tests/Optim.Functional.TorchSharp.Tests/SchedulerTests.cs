using static TorchSharp.torch;
using Theirs = TorchSharp.torch.optim.lr_scheduler;

namespace Optim.Functional.Tests;

/// <summary>TorchSharp's schedulers drive the optimizer as they drive TorchSharp's own, and this library's do too.</summary>
public class SchedulerTests : TorchTests
{
    const int Steps = 25;

    public static TheoryData<string> Names => ["StepLR", "CosineAnnealingLR", "LinearLR", "ExponentialLR", "OneCycleLR", "CyclicLR"];

    static Theirs.LRScheduler Scheduler(string name, optim.Optimizer over) => name switch
    {
        "StepLR" => Theirs.StepLR(over, 4, 0.5),
        "CosineAnnealingLR" => Theirs.CosineAnnealingLR(over, 20),
        "LinearLR" => Theirs.LinearLR(over, 0.25, total_iters: 8),
        "ExponentialLR" => Theirs.ExponentialLR(over, 0.9),
        "OneCycleLR" => Theirs.OneCycleLR(over, 0.1, total_steps: 40),
        _ => Theirs.CyclicLR(over, 0.01, 0.1, step_size_up: 5),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Theirs_drives_SGD_as_it_drives_their_own(string name)
    {
        using TorchSharp.Modules.SGD theirs = optim.SGD(Models.Layers().parameters(), 0.1, momentum: 0.9);
        using var ours = Models.Layers().SGD(0.1, momentum: 0.9);
        var (a, b) = (Scheduler(name, theirs), Scheduler(name, ours));
        for (var t = 0; t < Steps; t++)
        {
            Assert.Equal(theirs.ParamGroups.Single().LearningRate, ours.Core.ParamGroups[0].Lr, 1e-15);
            Assert.Equal(((optim.IMomentum)theirs.ParamGroups.Single()).Momentum, (double)ours.Core.ParamGroups[0]["momentum"]!, 1e-15);
            a.step();
            b.step();
        }
    }

    [Fact]
    public void Theirs_cycles_the_betas_of_Adam()
    {
        using var theirs = optim.Adam(Models.Layers().parameters());
        using var ours = Models.Layers().Adam();
        var (a, b) = (Scheduler("OneCycleLR", theirs), Scheduler("OneCycleLR", ours));
        for (var t = 0; t < Steps; t++)
        {
            var betas = (double[])ours.Core.ParamGroups[0]["betas"]!;
            Assert.Equal(((optim.IBetas)theirs.ParamGroups.Single()).Betas, (betas[0], betas[1]));
            a.step();
            b.step();
        }
    }

    [Fact]
    public void A_rule_without_momentum_is_refused_by_a_scheduler_that_cycles_it()
    {
        using var ours = Models.Layers().Adagrad();
        Assert.Contains("momentum", Assert.Throws<ArgumentException>(() => Scheduler("OneCycleLR", ours)).Message);
    }

    [Fact]
    public void A_rate_that_a_loop_sets_is_the_next_steps()
    {
        using var model = Models.Layers();
        using var other = Models.Layers();
        using var optimizer = model.SGD(0.1);
        using var plain = other.SGD(0.05);
        foreach (var group in optimizer.ParamGroups) group.LearningRate *= 0.5;
        Assert.Equal(Models.Losses(other, plain, 3), Models.Losses(model, optimizer, 3));
    }

    [Fact]
    public void Ours_drives_it_as_well()
    {
        using var model = Models.Layers();
        using var optimizer = model.SGD(0.1);
        var scheduler = new StepLR(optimizer.Core, stepSize: 2, gamma: 0.5);
        for (var t = 0; t < 4; t++)
        {
            Models.Losses(model, optimizer, 1);
            scheduler.Step();
        }
        Assert.Equal(0.025, optimizer.ParamGroups.Single().LearningRate, 1e-15);
    }

    [Fact]
    public void Stages_of_a_plan_act_on_the_step()
    {
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(new SGD(Lr: 1).ClipNorm(1e-3));
        var before = Models.Numbers(model);
        Models.Losses(model, optimizer, 1);
        var moved = Math.Sqrt(before.Zip(Models.Numbers(model), (a, b) => a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum()).Sum());
        Assert.Equal(1e-3, moved, 1e-6);
        Assert.True(optimizer.Core.GradNorm > 1e-3);
    }
}
