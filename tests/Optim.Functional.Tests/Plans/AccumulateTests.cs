using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

public class AccumulateTests
{
    static readonly Plan Three = new AdamW(0.1).Accumulate(3).ClipNorm(1).Schedule(new Cosine(10)).Ema(0.9);

    static Params Of(params double[] numbers) =>
        Params.Of(("a", NDArray.Of<double>([.. numbers[..2]], 2)), ("b", NDArray.Of<double>([.. numbers[2..]], numbers.Length - 2)));

    static Params Gradient(int k) => Of(Math.Sin(k), Math.Cos(k), k % 3 - 1, 0.5 * k % 2);

    static Optimizer InPlace(Plan plan) => new(Of(1, 2, 3, 4).Entries.Select(e => new Parameter(e.Value, e.Key)), plan);

    static void Step(Optimizer optimizer, Params g)
    {
        foreach (var p in optimizer.ParamGroups[0].Parameters) p.Grad = g.Contains(p.Name!) ? g[p.Name!] : null;
        optimizer.Step();
    }

    [Fact]
    public void Three_calls_are_a_step_with_their_mean()
    {
        var bare = Three.Without<Accumulate>();
        var (θ, s) = (Of(1, 2, 3, 4), Three.Init(Of(1, 2, 3, 4)));
        var (φ, r) = (Of(1, 2, 3, 4), bare.Init(Of(1, 2, 3, 4)));
        for (var t = 0; t < 4; t++)
        {
            var mean = Of([.. Enumerable.Range(0, 4).Select(i =>
                (0.0 + Numbers(Gradient(3 * t))[i] + Numbers(Gradient(3 * t + 1))[i] + Numbers(Gradient(3 * t + 2))[i]) / 3)]);
            for (var k = 0; k < 3; k++)
            {
                Assert.Equal((t, k), (s.Steps, s.MicroSteps));
                var before = Numbers(θ);
                (θ, s) = Three.Step(θ, Gradient(3 * t + k), s);
                if (k < 2) Assert.Equal(before, Numbers(θ));
            }
            (φ, r) = bare.Step(φ, mean, r);
            // The mean's rounding: a third of a sum is another number than a sum times a third.
            Assert.All(Numbers(θ).Zip(Numbers(φ)), x => Assert.Equal(x.Second, x.First, 1e-13));
        }
        Assert.Equal((4, 0), (s.Steps, s.MicroSteps));

        static double[] Numbers(Params of) => [.. of.Values.SelectMany(Face.Numbers)];
    }

    [Fact]
    public void In_place_is_pure_and_a_run_that_is_saved_between_calls_goes_on_bit_for_bit()
    {
        var (θ, s) = (Of(1, 2, 3, 4), Three.Init(Of(1, 2, 3, 4)));
        var optimizer = InPlace(Three);
        for (var k = 0; k < 10; k++)
        {
            (θ, s) = Three.Step(θ, Gradient(k), s);
            Step(optimizer, Gradient(k));
            foreach (var p in optimizer.ParamGroups[0].Parameters) Assert.Equal(Face.Bits(θ[p.Name!]), Face.Bits(p.Value));
            Assert.Equal((s.Steps, s.MicroSteps), (optimizer.Steps, optimizer.MicroSteps));

            var other = InPlace(Three);
            foreach (var (from, to) in optimizer.ParamGroups[0].Parameters.Zip(other.ParamGroups[0].Parameters)) from.Value.CopyTo(to.Value);
            Assert.True(other.LoadStateDict(Face.Again(optimizer.StateDict())).Complete);
            Assert.Equal(optimizer.StateDict().ToJson(), other.StateDict().ToJson());
            optimizer = other;
            (s, _) = Three.Load(Face.Again(s.ToStateDict()), θ);
        }
        Assert.Equal(1, s.MicroSteps);
    }

    [Fact]
    public void A_parameter_without_a_gradient_in_some_calls_has_the_others()
    {
        var plan = new SGD(1).Accumulate(2, average: false);
        var optimizer = InPlace(plan);
        Step(optimizer, Of(1, 1, 1, 1));
        Step(optimizer, Params.Of(("b", NDArray.Of<double>([2.0, 3], 2))));
        Assert.Equal([0, 1], Face.Numbers(optimizer.ParamGroups[0].Parameters[0].Value));
        Assert.Equal([0, 0], Face.Numbers(optimizer.ParamGroups[0].Parameters[1].Value));
        Step(optimizer, Params.Of(("b", NDArray.Of<double>([1.0, 1], 2))));
        Step(optimizer, Params.Of(("b", NDArray.Of<double>([1.0, 1], 2))));
        Assert.Equal([0, 1], Face.Numbers(optimizer.ParamGroups[0].Parameters[0].Value));
        Assert.Equal([-2, -2], Face.Numbers(optimizer.ParamGroups[0].Parameters[1].Value));
    }

    [Fact]
    public void Without_buffers_the_caller_adds_gradients_up()
    {
        var plan = new SGD(1).Accumulate(2, buffers: false);
        var optimizer = InPlace(plan);
        Step(optimizer, Of(1, 1, 1, 1));
        Assert.Empty(optimizer.StateDict().State);
        Step(optimizer, Of(2, 4, 2, 2));
        Assert.Equal([0, 0], Face.Numbers(optimizer.ParamGroups[0].Parameters[0].Value));
    }

    [Fact]
    public void A_step_that_is_left_out_forgets_its_sums()
    {
        var plan = new SGD(1).Accumulate(2).OnNonFinite(NonFinite.Skip);
        var optimizer = InPlace(plan);
        Step(optimizer, Of(double.NaN, 1, 1, 1));
        Step(optimizer, Of(1, 1, 1, 1));
        Assert.Equal((0, 0), (optimizer.Steps, optimizer.MicroSteps));
        Step(optimizer, Of(1, 1, 1, 1));
        Step(optimizer, Of(1, 1, 1, 1));
        Assert.Equal([0, 1], Face.Numbers(optimizer.ParamGroups[0].Parameters[0].Value));
    }

    [Fact]
    public void A_refused_last_call_can_be_made_again()
    {
        var plan = new SGD(1).Accumulate(2, average: false).OnNonFinite(NonFinite.Throw);
        var optimizer = InPlace(plan);
        Step(optimizer, Of(1, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => Step(optimizer, Of(double.NaN, 1, 1, 1)));
        Step(optimizer, Of(1, 1, 1, 1));
        Assert.Equal([-1, 0], Face.Numbers(optimizer.ParamGroups[0].Parameters[0].Value));
    }

    [Fact]
    public void A_scheduler_waits_and_calls_allocate_nothing()
    {
        var optimizer = InPlace(new Adam(0.1).Accumulate(2));
        var scheduler = new StepLR(optimizer, 1, 0.5);
        var seen = new List<double>();
        for (var k = 0; k < 4; k++)
        {
            Step(optimizer, Gradient(k));
            scheduler.Step();
            seen.Add(scheduler.GetLastLr()[0]);
        }
        Assert.Equal([0.1, 0.05, 0.05, 0.025], seen);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 10; t++) optimizer.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
