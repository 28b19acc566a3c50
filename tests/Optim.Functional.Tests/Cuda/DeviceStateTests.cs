namespace Optim.Functional.Tests.Cuda;

/// <summary>States of a device: saved, loaded, taken from one memory to the other, and on the pure face.</summary>
public class DeviceStateTests
{
    static Plan Plan => new AdamW(Amsgrad: true).ClipNorm(0.5).CautiousWeightDecay(0.1).Ema(0.9).Accumulate(2);

    [Fact]
    public void A_state_dict_of_a_device_is_that_of_the_processor()
    {
        using var model = new DeviceModel<float>(Plan);
        model.Steps(3); // within an accumulation
        Assert.Equal(Json(model.Here.StateDict()), Json(model.There.StateDict()));
    }

    [Fact]
    public void States_go_from_one_memory_to_the_other_by_files_and_resume_with_the_same_bits()
    {
        using var model = new DeviceModel<double>(Plan);
        model.Steps(3);
        var file = Path.GetTempFileName();
        try
        {
            var (here, there) = (model.Here, model.There);
            there.StateDict().Save(file);
            var taken = StateDict.Load(file);
            model.Here = Again(here);
            model.There = Again(there);
            here.StateDict().Save(file);
            model.There.LoadStateDict(StateDict.Load(file));
            model.Here.LoadStateDict(taken);
            model.Same();
            model.Steps(3);
        }
        finally { File.Delete(file); }
    }

    /// <summary>Another optimizer over the same parameters, which knows nothing.</summary>
    static Optimizer Again(Optimizer of) =>
        new(of.ParamGroups.Select(g => new ParamGroup(g.Parameters)).ToArray(), Plan) { Execution = of.Execution };

    [Fact]
    public void A_float_state_loads_into_a_double_one_on_a_device()
    {
        using var model = new DeviceModel<float>(new AdamW());
        model.Steps(2);
        var doubles = model.Gpu.Parameters(DeviceModel<float>.All(model.Here).Select(p =>
            new Parameter(Array.ConvertAll(p.Value.As<float>().ToArray(), x => (double)x), p.Name)));
        var optimizer = new Optimizer([new ParamGroup(doubles.Take(4)), new ParamGroup(doubles.Skip(4))], new AdamW());
        optimizer.LoadStateDict(model.There.StateDict());
        foreach (var (one, other) in model.Pairs.Zip(doubles))
        {
            var wanted = model.Here.State(one.Here).Slots["exp_avg_sq"].As<float>().ToArray();
            Assert.Equal(Array.ConvertAll(wanted, x => (double)x), optimizer.State(other).Slots["exp_avg_sq"].As<double>().ToArray());
        }
    }

    [Fact]
    public void Loading_again_takes_no_more_memory()
    {
        using var model = new DeviceModel<float>(new AdamW());
        model.Steps(1);
        var saved = model.There.StateDict();
        model.There.LoadStateDict(saved);
        var before = model.Driver.Allocations;
        model.There.LoadStateDict(saved);
        Assert.Equal(before, model.Driver.Allocations);
        model.Same();
    }

    [Fact]
    public void The_pure_verbs_step_on_the_device_with_the_same_bits()
    {
        using var gpu = FakeDriver.Opened(out _);
        var plan = Plan;
        var start = Params.Of(("w", new float[] { 1, -2, 3, 4, 5 }), ("b", new float[] { 0.5f }));
        var (here, there) = ((θ: start, s: plan.Init(start)), (θ: gpu.Copy(start), s: plan.Init(gpu.Copy(start))));
        var first = there.θ;
        for (var t = 0; t < 6; t++)
        {
            var g = Params.Of(("w", new float[] { 0.1f * t, -1, 0, 3, -0.01f }), ("b", new float[] { t - 2 }));
            here = plan.Step(here.θ, g, here.s, donate: t > 3);
            there = plan.Step(there.θ, gpu.Copy(g), there.s, donate: t > 3);
            Assert.Equal($"{here.θ}", $"{gpu.ToHost(there.θ)}");
            Assert.Equal(Json(here.s.ToStateDict()), Json(there.s.ToStateDict()));
        }
        Assert.Equal($"{start}", $"{gpu.ToHost(first)}");
        var (loaded, _) = plan.Load(here.s.ToStateDict(), there.θ);
        Assert.NotNull(loaded["w"].Slots["exp_avg"].Device);
        Assert.Equal($"{gpu.ToHost(plan.View(there.θ, loaded))}", $"{plan.View(here.θ, here.s)}");
    }

    [Fact]
    public void Other_gradients_are_observed_on_the_device_on_both_faces()
    {
        using var model = new DeviceModel<float>(new SophiaG(HessianEvery: 3, Bs: 1));
        model.Steps(2);
        model.Gradients(0);
        model.Here.Observe();
        model.There.Observe();
        model.Same();
        model.Steps(1);
        var (rule, start) = (new SophiaG(HessianEvery: 3), Params.Of(("w", new float[] { 1, 2, 3 })));
        var g = Params.Of(("w", new float[] { 0.1f, -2, 3 }));
        var here = rule.Observe(start, g, rule.Init(start));
        var there = rule.Observe(model.Gpu.Copy(start), model.Gpu.Copy(g), rule.Init(model.Gpu.Copy(start)));
        Assert.Equal(Json(here.ToStateDict()), Json(there.ToStateDict()));
    }

    [Fact]
    public void A_run_of_many_steps_stays_on_the_device()
    {
        using var gpu = FakeDriver.Opened(out _);
        var (rule, start) = (new SGD(0.1, Momentum: 0.9), Params.Of(("w", new double[] { 3, -4 })));
        Params Gradient(Params θ) => θ;
        var (here, _) = rule.Run(Gradient, 5, start, rule.Init(start));
        var (there, state) = rule.Run(θ => gpu.Copy(θ), 5, gpu.Copy(start), rule.Init(gpu.Copy(start)));
        Assert.Equal(here["w"].As<double>().ToArray(), there["w"].As<double>().ToArray());
        Assert.NotNull(state["w"].Slots["momentum_buffer"].Device);
    }

    [Fact]
    public void A_schedule_free_model_is_evaluated_on_the_device()
    {
        using var model = new DeviceModel<float>(new ScheduleFreeAdamW());
        model.Steps(4);
        Assert.Equal(Sums(model.Here), Sums(model.There));
        model.Same();
    }

    static float[] Sums(Optimizer of) =>
        of.Evaluate(() => DeviceModel<float>.All(of).Select(p => p.Value.As<float>().ToArray().Sum()).ToArray());

    static string Json(StateDict state)
    {
        using var stream = new MemoryStream();
        state.Save(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
