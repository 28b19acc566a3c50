namespace Optim.Functional.Tests.Cuda;

/// <summary>What L-BFGS remembers on a device: saved, loaded, taken from one memory to the other, on the pure face, and left alone by steps
/// that fail.</summary>
public class DeviceLbfgsStateTests
{
    static LBFGS Rule => new(Lr: 0.4, MaxIter: 3, HistorySize: 4, LineSearchFn: "strong_wolfe");

    /// <summary>Σ kᵢxᵢ²/2 + xᵢ⁴/4.</summary>
    static (double Loss, double[] Gradient) At(double[] x) =>
        (x.Select((a, i) => (1 + i) * a * a / 2 + a * a * a * a / 4).Sum(), [.. x.Select((a, i) => (1 + i) * a + a * a * a)]);

    static (double, double[][]) Sums(double[][] parameters)
    {
        var all = Array.ConvertAll(parameters, At);
        return (all.Sum(x => x.Loss), Array.ConvertAll(all, x => x.Gradient));
    }

    static DeviceDescent<double> Descent(LBFGS? rule = null) => new(Sums, rule ?? Rule, Start, new double[] { -2, 0.5 });

    static NDArray Start => NDArray.Of([3, -1, 2, 0.7, -0.3, 1.1], 2, 3);

    [Fact]
    public void States_go_from_one_memory_to_the_other_by_files_and_resume_with_the_same_bits()
    {
        using var descent = Descent();
        for (var t = 0; t < 3; t++) descent.Step();
        var (here, there) = (Again(descent.Here), Again(descent.There));
        here.LoadStateDict(Filed(descent.There));
        there.LoadStateDict(Filed(descent.Here));
        (descent.Here, descent.There) = (here, there);
        descent.Same();
        for (var t = 0; t < 3; t++) descent.Step();
        Assert.Equal(4, descent.Here.Memory().OldDirs.Count);
    }

    /// <summary>Another optimizer over the same parameters, which knows nothing.</summary>
    static Optimizer Again(Optimizer of) => new(DeviceDescent<double>.Of(of), Rule) { Execution = of.Execution };

    static StateDict Filed(Optimizer of)
    {
        var file = Path.GetTempFileName();
        try
        {
            of.StateDict().Save(file);
            return StateDict.Load(file);
        }
        finally { File.Delete(file); }
    }

    [Fact]
    public void What_is_saved_lies_here_and_what_is_looked_at_there()
    {
        using var descent = Descent();
        descent.Step();
        var saved = (NDArray)descent.There.StateDict().State[0]["d"]!;
        Assert.Null(saved.Device);
        var shown = descent.There.Memory().D!;
        Assert.NotNull(shown.Device);
        Assert.Equal(saved.As<double>().ToArray(), shown.As<double>().ToArray());
        descent.Step();
        Assert.NotEqual(descent.There.Memory().D!.As<double>().ToArray(), shown.As<double>().ToArray());
        Assert.Equal(saved.As<double>().ToArray(), shown.As<double>().ToArray()); // a copy
    }

    [Fact]
    public void A_state_is_loaded_into_parameters_of_another_order_and_type()
    {
        using var descent = Descent();
        for (var t = 0; t < 2; t++) descent.Step();
        var singles = DeviceDescent<double>.Of(descent.Here).Reverse()
            .Select(p => new Parameter(NDArray.Of([.. p.Value.As<double>().ToArray().Select(x => (float)x)], [.. p.Value.Shape]), p.Name))
            .ToArray();
        var (here, there) = (new Optimizer(singles, Rule), new Optimizer(descent.Gpu.Parameters(singles), Rule));
        here.LoadStateDict(descent.Here.StateDict());
        there.LoadStateDict(descent.There.StateDict());
        Assert.Equal(DeviceDescent<float>.Json(here.StateDict()), DeviceDescent<float>.Json(there.StateDict()));
        Assert.Equal(descent.Here.Memory().D!.As<double>().ToArray()[6], here.Memory().D!.As<float>().ToArray()[0], 6);
    }

    [Fact]
    public void The_pure_face_steps_on_the_device_with_the_same_bits_and_changes_no_state()
    {
        using var gpu = FakeDriver.Opened(out _);
        var rule = Rule;
        var start = Params.Of(("w", Start), ("b", new double[] { -2, 0.5 }));
        (double, Params) Asked(Params θ)
        {
            var (loss, g) = Sums([.. θ.Values.Select(x => x.As<double>().ToArray())]);
            var gradients = Params.Of(("w", NDArray.Of(g[0], 2, 3)), ("b", g[1]));
            return (loss, θ[0].Device is null ? gradients : gpu.Copy(gradients));
        }
        var (here, there) = ((θ: start, s: rule.Init(start)), (θ: gpu.Copy(start), s: rule.Init(gpu.Copy(start))));
        for (var t = 0; t < 4; t++)
        {
            var before = DeviceDescent<double>.Json(there.s.ToStateDict());
            var (next, state, loss) = rule.Step(Asked, there.θ, there.s);
            Assert.Equal(before, DeviceDescent<double>.Json(there.s.ToStateDict()));
            var (nextHere, stateHere, lossHere) = rule.Step(Asked, here.θ, here.s);
            Assert.Equal(lossHere, loss);
            (here, there) = ((nextHere, stateHere), (next, state));
            Assert.Equal($"{here.θ}", $"{gpu.ToHost(there.θ)}");
            Assert.Equal(DeviceDescent<double>.Json(here.s.ToStateDict()), DeviceDescent<double>.Json(there.s.ToStateDict()));
        }
        Assert.NotNull(there.s.Memory().OldDirs[0].Device);
        var (loaded, _) = rule.Load(here.s.ToStateDict(), there.θ);
        Assert.NotNull(loaded.Memory().OldDirs[0].Device);
        var (back, _) = rule.Load(there.s.ToStateDict(), here.θ);
        Assert.Equal($"{rule.Step(Asked, here.θ, back).Parameters}", $"{gpu.ToHost(rule.Step(Asked, there.θ, loaded).Parameters)}");
    }

    [Fact]
    public void Of_long_vectors_the_pure_face_ends_where_an_optimizer_ends()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (rule, n) = (Rule with { LineSearchFn = null, Lr = 0.1, ToleranceChange = 0 }, BlockSum.Length + 3);
        double[] start = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i))];
        NDArray Gradient(NDArray x) => gpu.Copy(Array.ConvertAll(x.As<double>().ToArray(), a => a + a * a * a));
        var w = gpu.Parameters(new Parameter(start, "w"))[0];
        var optimizer = new Optimizer([w], rule);
        var θ = gpu.Copy(Params.Of(("w", start)));
        var state = rule.Init(θ);
        for (var t = 0; t < 3; t++)
        {
            optimizer.Step(() =>
            {
                w.Grad = Gradient(w.Value);
                return 1;
            });
            (θ, state, _) = rule.Step(at => (1, Params.Of(("w", Gradient(at[0])))), θ, state);
            Assert.Equal(w.Value.As<double>().ToArray(), θ[0].As<double>().ToArray());
        }
        var products = ((LbfgsEntries)state.ModelState).Products; // handed on from step to step
        Assert.Equal([0, 1, 2, 3], products.Select(p => p.Length));
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    static double[] Numbers(DeviceDescent<double> descent) =>
        [.. DeviceDescent<double>.Of(descent.There).SelectMany(p => p.Value.As<double>().ToArray())];

    /// <summary>The step that is tried leaves the optimizer there as it was.</summary>
    static void Unchanged(DeviceDescent<double> descent, Action step, Func<bool>? unless = null)
    {
        string Now() => $"{DeviceDescent<double>.Json(descent.There.StateDict())} {string.Join(" ", Numbers(descent))}";
        var before = Now();
        step();
        if (unless?.Invoke() != true) Assert.Equal(before, Now());
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void A_closure_that_throws_leaves_all_as_it_was(int evaluation)
    {
        using var descent = Descent();
        for (var t = 0; t < 2; t++) descent.Step();
        var calls = 0;
        Unchanged(descent, () => Assert.Throws<TimeoutException>(() => descent.There.Step(
            () => ++calls == evaluation ? throw new TimeoutException() : descent.Closure(descent.There))));
        Assert.Equal(evaluation, calls);
    }

    [Theory, InlineData(1, NonFinite.Skip), InlineData(2, NonFinite.Skip), InlineData(1, NonFinite.Throw), InlineData(2, NonFinite.Throw)]
    public void A_gradient_that_is_not_finite_leaves_the_step_out_or_is_named(int evaluation, NonFinite policy)
    {
        using var descent = Descent();
        descent.Step();
        descent.There.NonFinite = policy;
        var (calls, w) = (0, DeviceDescent<double>.Of(descent.There)[0]);
        double Closure()
        {
            var loss = descent.Closure(descent.There);
            if (++calls == evaluation) w.Grad = descent.Gpu.Copy(NDArray.Of([0, 0, 0, 0, double.NaN, 0], 2, 3));
            return loss;
        }
        Unchanged(descent, () =>
        {
            if (policy == NonFinite.Skip) descent.There.Step(Closure);
            else Assert.Contains("'p0'", Assert.Throws<ArgumentException>(() => descent.There.Step(Closure)).Message);
        });
        Assert.Equal(evaluation, calls);
        Assert.Equal(policy == NonFinite.Skip ? 1 : 0, descent.There.StepsLeftOut);
    }

    [Fact]
    public void Gradients_that_lie_here_are_refused()
    {
        using var descent = Descent();
        descent.Step();
        var w = DeviceDescent<double>.Of(descent.There)[0];
        const string Wanted = "lies in this process's memory, the parameter on Fake 70";
        Func<double> closure = () =>
        {
            w.Grad = NDArray.Of(new double[6], 2, 3);
            return 0;
        };
        Unchanged(descent, () => Assert.Contains(Wanted, Assert.Throws<ArgumentException>(() => descent.There.Step(closure)).Message));
        var (θ, g) = (Params.Of(("w", w.Value)), Params.Of(("w", NDArray.Of(new double[6], 2, 3))));
        Assert.Contains(Wanted, Assert.Throws<ArgumentException>(() => Rule.Step(_ => (0, g), θ, Rule.Init(θ))).Message);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void A_launch_that_fails_leaves_the_parameters_where_they_were(int maxIter)
    {
        using var descent = Descent(new(Lr: 0.1, MaxIter: maxIter));
        descent.Step();
        var before = Numbers(descent);
        var first = descent.Driver.Launches;
        for (var launch = 1; ; launch++)
        {
            descent.Driver.FailsAt = (descent.Driver.Launches + 1 + launch, FakeDriver.Unknown);
            try { descent.There.Step(() => descent.Closure(descent.There)); }
            catch (InvalidOperationException e)
            {
                Assert.Contains("cuLaunchKernel of the CUDA driver says CUDA_ERROR_UNKNOWN", e.Message);
                Assert.Equal(before, Numbers(descent));
                continue;
            }
            Assert.InRange(launch, 5, 200);
            break;
        }
        Assert.NotEqual(before, Numbers(descent));
        Assert.True(descent.Driver.Launches > first);
    }

    [Fact]
    public void Memory_that_is_not_there_leaves_all_as_it_was()
    {
        using var descent = Descent();
        var refused = 0;
        for (var left = 8; descent.There.Steps == 0; left *= 2)
            Unchanged(descent, () =>
            {
                descent.Driver.Capacity = descent.Driver.Used + left;
                try { descent.There.Step(() => descent.Closure(descent.There)); }
                catch (OutOfMemoryException e)
                {
                    Assert.StartsWith("Fake 70 has no", e.Message);
                    refused++;
                }
                descent.Driver.Capacity = long.MaxValue;
            }, unless: () => descent.There.Steps > 0);
        Assert.InRange(refused, 3, 12);
    }
}
