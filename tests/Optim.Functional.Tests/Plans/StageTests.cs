using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

public class StageTests
{
    /// <summary>Of some tens of operations each, in double.</summary>
    const double Rounding = 1e-13;

    static readonly Func<Plan, Plan>[] Stages =
    [
        p => p.ClipNorm(1),
        p => p.OnNonFinite(NonFinite.Skip),
        p => p.LossScale(64),
        p => p.Schedule(new Cosine(100)),
        p => p.Cautious(),
        p => p.CautiousWeightDecay(0.1),
        p => p.Ema(0.99),
    ];

    internal static Plan All => Stages.Aggregate(new AdamW(Lr: 0.1).Plan(), (plan, add) => add(plan));

    internal static readonly double[][] Start = [[1, -2, 3, -4, 0], [0.5, 0.25, -1, 8, -0.125, 2]];

    internal static Params Params(double[][] numbers) =>
        Functional.Params.Of(("a", NDArray.Of<double>([.. numbers[0]], 5)), ("w", NDArray.Of<double>([.. numbers[1]], 2, 3)));

    /// <summary>Gradients of a loss times 64; those of the third step are not finite.</summary>
    internal static double[][] Gradients(int step)
    {
        var random = new Random(step);
        var g = Start.Select(x => x.Select(_ => 64 * (random.NextDouble() * 4 - 2)).ToArray()).ToArray();
        if (step == 2) g[1][4] = double.PositiveInfinity;
        return g;
    }

    static Optimizer InPlace(Plan plan) => new(Params(Start).Copy().Entries.Select(e => new Parameter(e.Value, e.Key)), plan);

    static void Step(Optimizer optimizer, int step)
    {
        var g = Params(Gradients(step));
        foreach (var p in optimizer.ParamGroups.SelectMany(x => x.Parameters)) p.Grad = g[p.Name!];
        optimizer.Step();
    }

    public static TheoryData<int> Subsets =>
        [.. Enumerable.Range(0, Stages.Length).Select(k => 1 << k), 0, 0b1111111, 0b0111101, 0b1110010];

    static Plan Subset(int which) =>
        Stages.Where((_, k) => (which >> k & 1) != 0).Aggregate(new AdamW(Lr: 0.1).Plan(), (plan, add) => add(plan));

    [Theory, MemberData(nameof(Subsets))]
    public void A_plan_is_the_fold_of_its_stages_definitions(int which)
    {
        var plan = Subset(which);
        var (fold, θ, s) = (new Fold(plan, Start), Params(Start), plan.Init(Params(Start)));
        var finite = (which & 2) != 0;
        foreach (var t in Enumerable.Range(0, 6).Where(t => finite || t != 2))
        {
            fold.Step(Gradients(t));
            (θ, s) = plan.Step(θ, Params(Gradients(t)), s);
        }
        Assert.Equal(fold.Steps, s.Steps);
        for (var p = 0; p < 2; p++)
        {
            Near(fold.θ[p], θ[p]);
            if (plan.Find<Ema>() is not null) Near(fold.Ema[p], s[p].Slots["ema"]);
        }
    }

    static void Near(double[] wanted, NDArray got) =>
        Assert.All(wanted.Zip(got.As<double>().ToArray()), x => Assert.Equal(x.First, x.Second, Rounding * Math.Max(1, Math.Abs(x.First))));

    [Theory, MemberData(nameof(Subsets))]
    public void Pure_and_in_place_are_the_same_to_the_bit(int which)
    {
        var plan = Subset(which);
        var (optimizer, θ, s) = (InPlace(plan), Params(Start), plan.Init(Params(Start)));
        for (var t = 0; t < 6; t++)
        {
            Step(optimizer, t);
            (θ, s) = plan.Step(θ, Params(Gradients(t)), s);
        }
        foreach (var p in optimizer.ParamGroups[0].Parameters)
        {
            Assert.Equal(Face.Bits(θ[p.Name!]), Face.Bits(p.Value));
            foreach (var (key, slot) in s[p.Name!].Slots) Assert.Equal(Face.Bits(slot), Face.Bits(optimizer.State(p).Slots[key]));
        }
        Assert.Equal(s.Steps, optimizer.Steps);
        var run = plan.Run(_ => Params(Gradients(1)), 3, θ, s);
        for (var t = 0; t < 3; t++) (θ, s) = plan.Step(θ, Params(Gradients(1)), s);
        Assert.Equal(θ.Values.Select(Face.Bits), run.Parameters.Values.Select(Face.Bits));
        Assert.Equal(s.ToString(), run.State.ToString());
    }

    [Fact]
    public void The_order_in_which_stages_are_given_does_not_matter()
    {
        var random = new Random(1);
        for (var k = 0; k < 20; k++)
        {
            var shuffled = Stages.OrderBy(_ => random.Next()).Aggregate(new AdamW(Lr: 0.1).Plan(), (plan, add) => add(plan));
            Assert.Equal(All, shuffled);
            Assert.Equal(All.GetHashCode(), shuffled.GetHashCode());
            Assert.Equal(All.ToString(), shuffled.ToString());
            Assert.Equal(All.Stages, shuffled.Stages);
        }
    }

    [Fact]
    public void A_plan_prints_its_rule_then_its_stages_as_they_act() =>
        Assert.Equal(
            "AdamW (lr: 0.1, betas: (0.9, 0.999), eps: 1E-08, weight_decay: 0.01, amsgrad: False, maximize: False)"
            + " |> LossScale (scale: 64) |> FinitePolicy (then: Skip) |> ClipNorm (max_norm: 1, eps: 1E-06)"
            + " |> Cosine (steps: 100, eta_min: 0) |> Cautious (least: 0.001, plus_one: False)"
            + " |> CautiousWeightDecay (weight_decay: 0.1) |> Ema (decay: 0.99)",
            All.ToString());

    [Fact]
    public void Plans_of_other_stages_or_options_are_not_equal()
    {
        Assert.NotEqual(All, All.Ema(0.5));
        Assert.NotEqual(All, All.Without<Ema>());
        Assert.NotEqual(All, All.Around(new AdamW()));
        Assert.NotEqual(All, All.For(Select.Vectors, new Adam()));
        Assert.Equal(All, All.Ema(0.5).Ema(0.99));
    }

    [Fact]
    public void A_cosine_and_an_average_worked_by_hand()
    {
        var plan = new SGD(0.5).Schedule(new Cosine(2)).Ema(0.5);
        var (θ, s) = plan.Step([1.0], [1.0], plan.Init(new double[1]));
        (θ, s) = plan.Step(θ, [1.0], s);
        Assert.Equal((0.25, 0.375), (θ[0], s[0].Slots["ema"].As<double>().Data[0]));
        (θ, s) = plan.Step(θ, [1.0], s);
        Assert.Equal((0.25, 0.3125), (θ[0], s[0].Slots["ema"].As<double>().Data[0]));
    }

    [Fact]
    public void Two_cautious_steps_of_a_momentum_worked_by_hand()
    {
        var plan = new SGD(1, Momentum: 0.5).Cautious();
        var (θ, s) = plan.Step([0.0, 0], [1.0, 1], plan.Init(new double[2]));
        Assert.Equal([-1, -1], θ);
        (θ, _) = plan.Step(θ, [-0.25, 1], s); // b = (0.25, 1.5): the first goes against its gradient, so the other counts twice
        Assert.Equal([-1, -4], θ);
    }

    [Fact]
    public void A_cautious_decay_worked_by_hand_shrinks_what_the_step_shrinks()
    {
        var plan = new SGD(1).CautiousWeightDecay(0.25);
        Assert.Equal([0.5, -3, -1], plan.Step([2.0, -2, 0], [1.0, 1, 1], plan.Init(new double[3])).Parameters);
    }

    [Fact]
    public void A_saved_run_of_the_whole_plan_goes_on_bit_for_bit_from_any_step()
    {
        var whole = InPlace(All);
        for (var t = 0; t < 7; t++) Step(whole, t);
        for (var cut = 0; cut < 7; cut++)
        {
            var (first, second) = (InPlace(All), InPlace(All));
            for (var t = 0; t < cut; t++) Step(first, t);
            foreach (var (from, to) in first.ParamGroups[0].Parameters.Zip(second.ParamGroups[0].Parameters)) from.Value.CopyTo(to.Value);
            var saved = Face.Again(first.StateDict());
            Assert.Equal(first.StateDict().ToJson(), saved.ToJson());
            Assert.True(second.LoadStateDict(saved).Complete);
            for (var t = cut; t < 7; t++) Step(second, t);
            Assert.Equal(Face.Snapshot(whole), Face.Snapshot(second));
            Assert.Equal(whole.Steps, second.Steps);
        }
    }

    [Fact]
    public void A_load_says_which_stages_differ_and_changes_nothing_where_it_is_strict()
    {
        var saved = InPlace(All);
        Step(saved, 0);
        void Told(Plan plan, params string[] parts)
        {
            var optimizer = InPlace(plan);
            Step(optimizer, 1);
            var before = optimizer.Steps;
            var message = Face.Refused<ArgumentException>(optimizer, () => optimizer.LoadStateDict(Face.Again(saved.StateDict())));
            Assert.All(parts, part => Assert.Contains(part, message));
            Assert.Equal(before, optimizer.Steps);
            Assert.Equal(parts.Length, optimizer.LoadStateDict(saved.StateDict(), strict: false).Differences.Count);
        }
        Told(All.Without<ClipNorm>(), "the saved plan has ClipNorm (eps: 1E-06, max_norm: 1), which the optimizer has not");
        Told(All.ClipNorm(2), "the saved plan has ClipNorm (eps: 1E-06, max_norm: 1), which the optimizer has not",
            "the optimizer has ClipNorm (eps: 1E-06, max_norm: 2), which the saved plan has not");
        Told(All.Without<Cosine>(), "the saved plan has Cosine (eta_min: 0, steps: 100), which the optimizer has not");
        Told(All.Without<Cautious>(), "the saved plan has Cautious (least: 0.001, plus_one: False), which the optimizer has not");
        Told(All.OnNonFinite(NonFinite.Throw), "FinitePolicy (then: Skip)", "FinitePolicy (then: Throw)");
    }
}
