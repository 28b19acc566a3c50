using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Plans;

public class HyperballTests
{
    static double[] Noise(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
    }

    static double Norm(IEnumerable<double> x) => Math.Sqrt(x.Sum(v => v * v));

    public static TheoryData<string> Around =>
        [.. Registry.All.Where(r => Refusal(Rule(r)) is null).Select(r => r.Name)];

    static IRule Rule(RuleInfo info) =>
        info.Create(info.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)0.1));

    static string? Refusal(IRule rule)
    {
        try { rule.Hyperball(); return null; }
        catch (ArgumentException e) { return e.Message; }
    }

    static (Params θ, State s) Step(IRule rule, NDArray start, NDArray g, int steps = 1)
    {
        var θ = Params.Of(("w", start));
        var s = rule.Init(θ);
        for (var t = 0; t < steps; t++) (θ, s) = rule.Step(θ, Params.Of(("w", g)), s);
        return (θ, s);
    }

    [Theory, MemberData(nameof(Around))]
    public void Around_any_rule_a_parameter_keeps_its_norm_and_turns_by_the_learning_rate(string name)
    {
        var bare = RuleInfo.Of(Rule(Registry.Find(name)).GetType()).With(Rule(Registry.Find(name)), "lr", 0.1);
        if (Registry.Find(name).Options.Any(o => o.Name == "weight_decay")) bare = Registry.Find(name).With(bare, "weight_decay", 0.0);
        double[] start = Noise(12, 1), g = Noise(12, 2);
        var got = Numbers.Of(Step(bare.Hyperball(), NDArray.Of(start, 4, 3), NDArray.Of(g, 4, 3), 3).θ[0]);
        Assert.Equal(Norm(start), Norm(got), 1e-12);
        // One step by the definition: as long as lr says beside the radius, along the rule's own.
        double[] alone = Numbers.Of(Step(bare, NDArray.Of(start, 4, 3), NDArray.Of(g, 4, 3)).θ[0]),
            u = [.. start.Zip(alone, (a, b) => a - b)],
            once = Numbers.Of(Step(bare.Hyperball(), NDArray.Of(start, 4, 3), NDArray.Of(g, 4, 3)).θ[0]);
        var R = Norm(start);
        var length = Norm(u) > 0 ? 0.1 * R / Norm(u) : 0; // ADOPT's first step moves nothing
        double[] to = [.. start.Zip(u, (θ, x) => θ - length * x)];
        MuonNear([.. to.Select(x => x * R / Norm(to))], once, 1e-11);
    }

    static void MuonNear(double[] want, double[] got, double within) => Orthogonal.MuonGoldens.Near("the parameter", want, got, within);

    [Fact]
    public void Decay_turns_only()
    {
        double[] start = Noise(6, 1), g = Noise(6, 2);
        var rule = new AdamW(Lr: 0.1, WeightDecay: 2).Hyperball(3);
        Assert.Equal(3, Norm(Numbers.Of(Step(rule, start, g).θ[0])), 1e-12);
        Assert.Equal(3, Norm(Numbers.Of(Step(rule.CautiousWeightDecay(0.5), start, g).θ[0])), 1e-12);
        Assert.Equal(3, Norm(Numbers.Of(Step(rule.Cautious().CautiousWeightDecay(0.5), start, g, 4).θ[0])), 1e-12);
    }

    [Fact]
    public void Without_an_update_a_parameter_stays_and_so_does_one_of_zeros_without_a_radius()
    {
        double[] start = [3, 0, 4];
        MuonNear(start, Numbers.Of(Step(new SGD(0.1).Hyperball(), start, new double[3]).θ[0]), 1e-15);
        Assert.Equal(new double[3], Numbers.Of(Step(new SGD(0.1).Hyperball(), new double[3], new double[] { 1, 2, 3 }).θ[0]));
        MuonNear([-0.6, 0, -0.8], Numbers.Of(Step(new SGD(0.1).Hyperball(1), new double[3], new double[] { 3, 0, 4 }).θ[0]), 1e-15);
    }

    [Fact]
    public void Where_it_makes_no_sense_it_says_why()
    {
        Assert.Contains("learns its step from how far parameters come", Refusal(new Prodigy()));
        Assert.Contains("gives the new parameter itself and no update", Refusal(new ASGD()));
        Assert.Contains("gives the new parameter itself and no update", Refusal(new ScheduleFreeAdamW()));
        Assert.Contains("looks at all elements of a parameter, and this rule at some", Refusal(new SparseAdam()));
        Assert.NotNull(Refusal(new LBFGS()));
        // KLSOAP, LARS, MARS, SOAP and Shampoo make the step and the parameter in one pass, or by blocks.
        Assert.Equal("ASGD, KLSOAP, LARS, LBFGS, MARS, Prodigy, SOAP, ScheduleFreeAdamW, ScheduleFreeSGD, Shampoo, SparseAdam",
            string.Join(", ", Registry.All.Where(r => Refusal(Rule(r)) is not null).Select(r => r.Name).Order(StringComparer.Ordinal)));
        var p = new Parameter(new double[] { 1, 2, 3 }) { Grad = NDArray.Sparse([1.0], new int[1, 1], [3]) };
        Assert.Contains("a gradient is sparse, which names some",
            Assert.Throws<ArgumentException>(() => new Optimizer([p], new SGD(0.1).Hyperball()).Step()).Message);
        Assert.Equal(new double[] { 1, 2, 3 }, Numbers.Of(p.Value));
        Assert.Contains("radius must be more than 0", Assert.Throws<ArgumentException>(() => new Hyperball(0)).Message);
    }

    [Fact]
    public void Threads_and_lanes_do_not_change_a_bit_and_both_faces_have_the_same()
    {
        foreach (var rule in (IRule[])
            [new AdamW(Lr: 0.01).Cautious().Hyperball(), new Muon(Lr: 0.01).Cautious().Hyperball(1), new LAMB().Hyperball()])
        {
            double[] start = Noise(64 * 70, 1), g = Noise(64 * 70, 2);
            var θ = Params.Of(("w", NDArray.Of(start, 64, 70)));
            var wanted = rule.Step(θ, Params.Of(("w", NDArray.Of(g, 64, 70))), rule.Init(θ),
                how: new() { LaneBits = 0, Threads = 1 }).Parameters[0].As<double>().ToArray();
            foreach (var threads in (int[])[1, 3])
            {
                var p = new Parameter(NDArray.Of((double[])start.Clone(), 64, 70)) { Grad = NDArray.Of(g, 64, 70) };
                new Optimizer([p], rule) { Execution = new() { Threads = threads, SerialUpTo = 0, ChunkLength = 100 } }.Step();
                Assert.Equal(wanted, p.Value.As<double>().ToArray());
            }
        }
    }

    /// <summary>The sums of a stage were left out where another one came before it.</summary>
    [Fact]
    public void A_stage_is_measured_whichever_stages_come_before_it()
    {
        double[] start = Noise(8, 1), g = Noise(8, 2);
        var rule = new Adam(Lr: 0.1);
        double[] Three(IRule rule) => Numbers.Of(Step(rule, start, g, 3).θ[0]);
        Assert.Equal(Three(rule.Cautious()), Three(rule.Cautious().FlushDenormals()));
    }

    [Fact]
    public void It_is_saved_with_its_options_and_a_load_says_what_differs()
    {
        Optimizer Made(IRule rule) => new([new Parameter(new double[] { 3, 0, 4 }, "w")], rule);
        var saved = StateDict.FromJson(Made(new SGD(0.1).Hyperball(2)).StateDict().ToJson());
        Made(new SGD(0.1).Hyperball(2)).LoadStateDict(saved);
        Assert.Contains("Hyperball (eps: 1E-15, radius: 2), which the optimizer has not",
            Assert.Throws<ArgumentException>(() => Made(new SGD(0.1).Hyperball()).LoadStateDict(saved)).Message);
    }

    [Fact]
    public void A_stage_of_ones_own_around_a_whole_rule_happens_once_or_nothing_does()
    {
        double[] start = Noise(12, 1);
        foreach (var calls in (int[])[0, 2])
        {
            var p = new Parameter(NDArray.Of((double[])start.Clone(), 4, 3)) { Grad = NDArray.Of(Noise(12, 2), 4, 3) };
            var optimizer = new Optimizer([p], new Muon().With(new Faults.Times(calls)));
            Assert.Contains($"so that there are {calls} steps", Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
            Assert.Equal(start, Numbers.Of(p.Value));
            Assert.Equal(new double[12], Numbers.Of(optimizer.State(p).Slots.GetValueOrDefault("momentum_buffer") ?? NDArray.Of(new double[12])));
        }
    }

    [Fact]
    public void Whole_rules_take_cautious_updates_too()
    {
        double[] start = Noise(12, 1), g = Noise(12, 2);
        var muon = new Muon(Lr: 0.1, WeightDecay: 0, AdjustLrFn: "none");
        double[] bare = Numbers.Of(Step(muon, NDArray.Of(start, 4, 3), NDArray.Of(g, 4, 3)).θ[0]),
            u = [.. start.Zip(bare, (a, b) => (a - b) / 0.1)],
            mask = [.. u.Zip(g, (x, y) => x * y > 0 ? 1.0 : 0)];
        double[] want = [.. start.Select((θ, i) => θ - 0.1 * u[i] * mask[i] / mask.Average())];
        MuonNear(want, Numbers.Of(Step(muon.Cautious(), NDArray.Of(start, 4, 3), NDArray.Of(g, 4, 3)).θ[0]), 1e-13);
    }
}
