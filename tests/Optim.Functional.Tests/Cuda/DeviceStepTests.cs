using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Optimizers over parameters on a device, against the same ones here, bit for bit.</summary>
public class DeviceStepTests
{
    static readonly Dictionary<string, IRule> rules = new()
    {
        ["AdamW"] = new AdamW(WeightDecay: 0.1),
        ["Adam amsgrad decay maximize"] = new Adam(Amsgrad: true, WeightDecay: 0.1, Maximize: true),
        ["SGD momentum"] = new SGD(0.1, Momentum: 0.9, Nesterov: true),
        ["Adagrad"] = new Adagrad(InitialAccumulatorValue: 0.1),
        ["ASGD"] = new ASGD(T0: 0, Lambd: 0.1),
        ["Rprop"] = new Rprop(),
        ["Prodigy"] = new Prodigy(D0: 1e-2),
        ["ScheduleFreeAdamW"] = new ScheduleFreeAdamW(),
        ["AdEMAMix"] = new AdEMAMix(AlphaWarmup: 10, Beta3Warmup: 15),
        ["own"] = new OwnRule(),
        ["schedule"] = new AdamW().Schedule(new Cosine(5)),
        ["clipped"] = new AdamW().ClipNorm(0.5),
        ["clipped, ascending"] = new Adam(Maximize: true, WeightDecay: 0.1).ClipNorm(0.5).LossScale(8),
        ["clipped by value"] = new AdamW().ClipValue(0.3).ClipNorm(0.5),
        ["cautious"] = new Lion().Cautious(),
        ["cautious, clipped"] = new Lion().Cautious().ClipNorm(0.1),
        ["hyperball"] = new SGD(0.1).With(new Hyperball()),
        ["all"] = new AdamW().ClipNorm(1).Cautious().CautiousWeightDecay(0.1).Ema(0.9).Lookahead(3, 0.7),
        ["accumulated"] = new AdamW().Accumulate(2),
        ["finite"] = new AdamW().OnNonFinite(NonFinite.Skip).ClipNorm(0.5),
    };

    public static TheoryData<string> Names => [.. rules.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_on_a_device_have_the_bits_of_the_processor_in_float32(string name) => Same<float>(rules[name]);

    [Theory, MemberData(nameof(Names))]
    public void Steps_on_a_device_have_the_bits_of_the_processor_in_float64(string name) => Same<double>(rules[name]);

    static void Same<T>(IRule rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var model = new DeviceModel<T>(rule);
        model.Steps(5);
    }

    [Fact]
    public void One_launch_steps_all_tensors_groups_and_step_counts()
    {
        using var model = new DeviceModel<float>(new AdamW());
        model.Steps(3); // some tensors stand at 2, others at 3
        model.Gradients(0);
        var before = model.Driver.Launches;
        model.There.Step();
        Assert.Equal(before + 1, model.Driver.Launches);
    }

    [Fact]
    public void A_step_with_the_same_tensors_copies_nothing_waits_for_nothing_and_takes_no_memory()
    {
        using var model = new DeviceModel<float>(new AdamW().ClipNorm(1));
        model.Gradients(0);
        for (var t = 0; t < 3; t++) model.There.Step();
        var driver = model.Driver;
        var before = (driver.ToHostBytes, driver.ToDeviceBytes, driver.Allocations, driver.Synchronizations);
        model.There.Step();
        Assert.Equal(before, (driver.ToHostBytes, driver.ToDeviceBytes, driver.Allocations, driver.Synchronizations));
    }

    public static TheoryData<string> WithoutMeasures => ["AdamW", "own", "schedule", "clipped", "accumulated", "ScheduleFreeAdamW"];

    [Theory, MemberData(nameof(WithoutMeasures))]
    public void A_step_allocates_nothing_here(string name)
    {
        using var model = new DeviceModel<float>(rules[name]);
        model.Gradients(0);
        for (var t = 0; t < 40; t++) model.There.Step();
        model.Driver.IsIdle = true;
        for (var t = 0; t < 2; t++) model.There.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 10; t++) model.There.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void What_stages_and_rules_measure_is_read_once_for_all_tensors_that_stand_alike(int groups)
    {
        foreach (var rule in (IRule[])[new Lion().Cautious(), new Prodigy()])
        {
            using var model = new DeviceModel<float>(rule, groups);
            model.Gradients(0);
            for (var t = 0; t < 3; t++) model.There.Step();
            var before = (model.Driver.ToHostBytes, model.Driver.Synchronizations);
            model.There.Step();
            // Each group of a model rule learns of all of them.
            var sums = rule is IModelRule all ? groups * all.Sums : 1;
            Assert.Equal(before.Synchronizations + groups, model.Driver.Synchronizations);
            Assert.Equal(before.ToHostBytes + 7 * sums * sizeof(double), model.Driver.ToHostBytes);
        }
    }

    [Fact]
    public void Nothing_but_addresses_is_sent_where_gradients_are_new_tensors()
    {
        using var model = new DeviceModel<float>(new AdamW());
        model.Gradients(0);
        model.There.Step();
        model.Gradients(0);
        var before = (model.Driver.ToHostBytes, model.Driver.ToDeviceBytes);
        model.There.Step();
        Assert.Equal(before.ToHostBytes, model.Driver.ToHostBytes);
        Assert.InRange(model.Driver.ToDeviceBytes - before.ToDeviceBytes, 1, 7 * 8 * 6);
    }

    [Fact]
    public void The_norm_is_read_when_it_is_asked_for()
    {
        using var model = new DeviceModel<float>(new AdamW().ClipNorm(0.5));
        model.Steps(2);
        var before = model.Driver.ToHostBytes;
        model.Gradients(0);
        model.Here.Step();
        model.There.Step();
        Assert.Equal(before, model.Driver.ToHostBytes);
        Assert.Equal(model.Here.GradNorm, model.There.GradNorm);
        Assert.Equal(before + sizeof(double), model.Driver.ToHostBytes);
        Assert.Equal(model.Here.GradNorm, model.There.GradNorm);
        Assert.Equal(before + sizeof(double), model.Driver.ToHostBytes);
    }

    [Theory, InlineData(1e-39), InlineData(-1e-42), InlineData(0.0)]
    public void A_factor_less_than_a_float_holds_is_split_as_on_the_processor(double scale)
    {
        using var model = new DeviceModel<float>(new SGD(1e3), o => o.GradScale = scale);
        model.Gradients(0, size: 1e37);
        model.Here.Step();
        model.There.Step();
        model.Same();
        using var clipped = new DeviceModel<float>(new SGD(1e3).ClipNorm(1e-4));
        clipped.Gradients(0, size: 1e36);
        clipped.Here.Step();
        clipped.There.Step();
        clipped.Same();
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_leaves_the_step_out_or_is_named(float bad)
    {
        using var model = new DeviceModel<float>(new AdamW().OnNonFinite(NonFinite.Skip));
        model.Steps(2);
        model.Gradients(0);
        foreach (var (here, there) in model.Pairs.Skip(5).Take(1))
        {
            here.Grad!.As<float>().Span[8199] = bad;
            model.Gpu.Copy(here.Grad!, there.Grad!);
        }
        model.Here.Step();
        model.There.Step();
        model.Same();
        Assert.Equal(2, model.There.Steps);
        (model.Here.NonFinite, model.There.NonFinite) = (NonFinite.Throw, NonFinite.Throw);
        var wanted = Assert.Throws<ArgumentException>(model.Here.Step).Message;
        Assert.Equal(wanted, Assert.Throws<ArgumentException>(model.There.Step).Message);
        Assert.Contains("8199", wanted);
        model.Same();
    }

    [Fact]
    public void Gradients_too_large_to_be_squared_are_tried_first_as_on_the_processor()
    {
        using var model = new DeviceModel<float>(new AdamW().OnNonFinite(NonFinite.Skip));
        model.Steps(1);
        model.Gradients(0, size: 1e30);
        model.Here.Step();
        model.There.Step();
        model.Same();
        Assert.Equal(1, model.There.Steps);
    }

    [Fact]
    public void All_is_put_on_the_callers_stream_and_another_one_waits_for_it()
    {
        using var model = new DeviceModel<float>(new AdamW().ClipNorm(0.5).OnNonFinite(NonFinite.Skip));
        var before = model.Driver.Synchronizations;
        model.Gpu.Stream = 77;
        Assert.Equal(before + 1, model.Driver.Synchronizations);
        model.Driver.Streams.Clear();
        model.Steps(2);
        Assert.Equal([77], model.Driver.Streams);
    }

    [Fact]
    public void Hooks_are_called_as_on_the_processor()
    {
        var said = new List<string>();
        using var model = new DeviceModel<float>(new AdamW(), o =>
        {
            o.RegisterStepPreHook(x => said.Add($"before {x.Steps}"));
            o.RegisterStepPostHook(x => said.Add($"after {x.Steps}"));
        });
        model.Steps(1);
        Assert.Equal(["before 0", "after 1", "before 0", "after 1"], said);
    }

    [Fact]
    public void A_change_of_plan_and_of_options_takes_effect_at_the_next_step()
    {
        using var model = new DeviceModel<double>(new AdamW());
        model.Steps(2);
        foreach (var optimizer in (Optimizer[])[model.Here, model.There])
        {
            optimizer.Plan = optimizer.Plan.Ema(0.9).ClipNorm(0.3);
            optimizer.ParamGroups[1]["weight_decay"] = 0.3;
            optimizer.ParamGroups[0].Lr = 0.1;
        }
        model.Steps(3);
    }

    [Fact]
    public void A_matrix_of_MathNets_keeps_its_order()
    {
        using var gpu = FakeDriver.Opened(out _);
        var matrix = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        var parameter = gpu.Parameters(new Parameter(matrix)).Single();
        Assert.True(parameter.Value.ColumnMajor);
        Assert.Equal([1, 2, 3, 4, 5, 6], parameter.Value.As<double>().ToArray());
        parameter.Grad = gpu.Copy(matrix);
        new Optimizer([parameter], new SGD(1.0)).Step();
        Assert.Equal([0, 0, 0, 0, 0, 0], parameter.Value.As<double>().ToArray());
    }
}
