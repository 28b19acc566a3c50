namespace Optim.Functional.Tests.PureFace;

/// <summary>A pure state as a state dict, and back: between the faces too.</summary>
public class StateConversionTests
{
    static Params Start => Params.Of(("w", NDArray.Of<double>([1, 2, 3, 4, 5, 6], 2, 3)), ("b", new double[] { 7, 8 }));
    static Params Gradient(int t) => Params.Of(("w", NDArray.Of<double>([t, 1, -1, 0.5, 2, -t], 2, 3)), ("b", new double[] { 1, -1 }));

    static readonly IRule[] Plans =
    [
        new Adam(Lr: 0.1),
        new ASGD(),
        new SGD(0.1, Momentum: 0.9).ClipNorm(1).Schedule(new Cosine(10)).Ema(0.9),
        new AdamW().For(Select.Matrices, new Muon(Lr: 0.1)),
        new ScheduleFreeAdamW(),
        new Prodigy(D0: 0.01),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Plans.Length)];

    [Theory, MemberData(nameof(All))]
    public void A_pure_run_goes_on_in_place_and_back_with_the_same_bits(int number)
    {
        var rule = Plans[number];
        var (θ, s) = (Start, rule.Init(Start));
        for (var t = 1; t <= 6; t++) (θ, s) = rule.Step(θ, Gradient(t), s);

        var (x, state) = (Start, rule.Init(Start));
        for (var t = 1; t <= 2; t++) (x, state) = rule.Step(x, Gradient(t), state);
        var own = x.Copy().Entries.Select(e => new Parameter(e.Value, e.Key)).ToArray();
        var optimizer = new Optimizer(own, rule);
        Assert.True(optimizer.LoadStateDict(StateDict.FromJson(state.ToStateDict().ToJson())).Complete);
        for (var t = 3; t <= 4; t++)
        {
            foreach (var p in own) p.Grad = Gradient(t)[p.Name!];
            optimizer.Step();
        }
        x = Params.Of(own.Select(p => (p.Name!, p.Value)));
        (state, var report) = rule.Load(optimizer.StateDict(), x);
        Assert.True(report.Complete, $"{report}");
        for (var t = 5; t <= 6; t++) (x, state) = rule.Step(x, Gradient(t), state);
        Assert.Equal(Lift.Trace.Bits<double>(θ, s), Lift.Trace.Bits<double>(x, state));
        Assert.Equal((s.Steps, 6), (state.Steps, state.Steps));
        Assert.Equal(s.SharedScalars, state.SharedScalars);
    }

    [Fact]
    public void A_closure_rules_state_goes_both_ways_too()
    {
        static (double, double[]) F(double[] x) => (x.Sum(v => v * v * v * v), [.. x.Select(v => 4 * v * v * v)]);
        var (rule, start) = (new LBFGS(MaxIter: 2), new double[] { 1, -2, 3 });
        var (θ, s, _) = rule.Step(F, start, rule.Init(start));
        var (wanted, _, _) = rule.Step(F, θ, s);
        var (again, report) = rule.Load(StateDict.FromJson(s.ToStateDict().ToJson()), Params.Of(("", θ)));
        Assert.True(report.Complete);
        Assert.Equal(wanted, rule.Step(F, θ, again).Parameters);
    }

    [Fact]
    public void Options_that_are_not_the_rules_are_told()
    {
        var (θ, s) = (Start, new Adam(Lr: 0.1).Init(Start));
        var (_, report) = new Adam(Lr: 0.2).Load(s.ToStateDict(), θ);
        Assert.Equal(["Adam: lr is 0.1 in the saved state, 0.2 in the rule"], report.Differences);
        Assert.Contains("was made by Adam", Assert.Throws<ArgumentException>(() => new AdamW().Load(s.ToStateDict(), θ)).Message);
    }
}
