namespace Optim.Functional.Tests.Goldens;

/// <summary>Where others have gone wrong with these rules.</summary>
public class TrapTests
{
    [Fact]
    public void NAdams_product_starts_at_1_and_is_multiplied_once_a_step()
    {
        double[] θ = [1, 2], g = [0.5, -0.5];
        var (rule, product) = (new NAdam(), 1.0);
        var optimizer = new Optimizer([new Parameter(θ) { Grad = g }], rule);
        for (var t = 1; t <= 5; t++)
        {
            optimizer.Step();
            product *= 0.9 * (1 - 0.5 * Math.Pow(0.96, t * 0.004));
            Assert.Equal(product, optimizer.State(optimizer.ParamGroups[0].Parameters[0]).Scalars["mu_product"]);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void Adafactor_gives_no_NaN_for_rows_and_columns_of_zero_gradients(double first, double second)
    {
        Parameter matrix = new(NDArray.Of([1.0, 2, 3, 4], 2, 2)) { Grad = NDArray.Of([first, 0, second, 0], 2, 2) };
        Parameter vector = new(NDArray.Of([1.0, 2], 2)) { Grad = NDArray.Of([first, second], 2) };
        var optimizer = new Optimizer([matrix, vector], new Adafactor());
        for (var t = 0; t < 3; t++) optimizer.Step();
        Assert.All([.. matrix.Value.As<double>().Data, .. vector.Value.As<double>().Data], x => Assert.True(double.IsFinite(x)));
        Assert.Equal([2, 4], matrix.Value.As<double>().Data.Where((_, i) => i % 2 == 1));
    }

    [Fact]
    public void A_scalar_moves_half_a_step_under_the_caution_of_the_authors_Lion()
    {
        var (rule, θ) = (new Lion(Lr: 0.5).With(new Cautious(PlusOne: true)), Params.Of(("", NDArray.Of([1.0], 1))));
        Assert.Equal([0.75], rule.Step(θ, θ, rule.Init(θ)).Parameters[0].As<double>().Data);
    }

    [Fact]
    public void LAMBs_corrected_decay_fades_with_the_square_of_the_rate()
    {
        Params θ = Params.Of(("", NDArray.Of([1.0, 1.0], 2))), none = Params.Of(("", NDArray.Of([0.0, 0.0], 2)));
        double After(LAMB rule) => rule.Step(θ, none, rule.Init(θ)).Parameters[0].As<double>().Data[0];
        Assert.Equal(1 - 0.1 * 0.5, After(new LAMB(Lr: 0.1, WeightDecay: 0.5, DecoupledDecay: true)));
        Assert.Equal(1 - 0.1 * 0.1 / 0.4 * 0.5, After(new LAMB(Lr: 0.1, WeightDecay: 0.5, DecoupledDecay: true, PeakLr: 0.4)));
        Assert.Equal(1, After(new LAMB(Lr: 0, WeightDecay: 0.5, DecoupledDecay: true, PeakLr: 0.4)));
    }

    [Fact]
    public void Prodigys_d_stays_where_a_gradient_is_not_a_number()
    {
        var (rule, θ) = (new Prodigy(D0: 0.1), Params.Of(("a", NDArray.Of([1.0], 1)), ("b", NDArray.Of([1.0], 1))));
        var (next, state) = rule.Step(θ, Params.Of(("a", NDArray.Of([double.NaN], 1)), ("b", NDArray.Of([1.0], 1))), rule.Init(θ));
        Assert.Equal(0.1, state.SharedScalars["d"]);
        Assert.True(double.IsFinite(next["b"].As<double>().Data[0]));
    }

    [Fact]
    public void Scalars_that_two_parts_of_one_rule_share_among_themselves_have_names_of_their_own()
    {
        var plan = new Prodigy().For(Select.Named("a"), new Prodigy(D0: 1e-3));
        var θ = Params.Of(("a", NDArray.Of([1.0], 1)), ("b", NDArray.Of([1.0], 1)));
        var shared = plan.Step(θ, θ, plan.Init(θ)).State.SharedScalars;
        Assert.Equal((8, 1e-3, 1e-6), (shared.Count, shared["0.Prodigy.d"], shared["1.Prodigy.d"]));
    }

    [Fact]
    public void NAdamWs_product_is_NAdams()
    {
        var θ = Params.Of(("w", NDArray.Of([1.0, 2], 2)));
        var (after, s) = new NAdamW().Step(θ, θ, new NAdamW().Init(θ));
        var (wanted, of) = new NAdam(WeightDecay: 0.01, DecoupledWeightDecay: true)
            .Step(θ, θ, new NAdam(WeightDecay: 0.01, DecoupledWeightDecay: true).Init(θ));
        Assert.Equal(of["w"].Scalars["mu_product"], s["w"].Scalars["mu_product"]);
        Assert.Equal(0.9 * (1 - 0.5 * Math.Pow(0.96, 0.004)), s["w"].Scalars["mu_product"]);
        Assert.Equal(wanted["w"].As<double>().Data, after["w"].As<double>().Data);
    }

    /// <summary>0 to a power below 1, as at the first gradient, and gradients below 0: no power is taken of what is not positive.</summary>
    [Fact]
    public void No_number_that_is_not_positive_is_raised_to_a_fraction()
    {
        IRule[] rules =
        [
            new ADOPT(), new ADOPT(ClipExponent: 0.5, ClipLambda: 2), new Adafactor(Beta2Decay: -0.3), new ASGD(Lambd: 2, T0: 0),
            new ScheduleFreeSGD(R: 0.5, WeightLrPower: 0.5), new ScheduleFreeSGD(Lr: 0, WeightLrPower: 0.5), new AdEMAMix(Beta3Warmup: 3),
            new AdaBelief(), new NAdam(MomentumDecay: 0),
        ];
        foreach (var rule in rules)
        {
            var θ = Params.Of(("w", NDArray.Of([-1.0, 0, 2], 3)));
            var s = rule.Init(θ);
            for (var t = 0; t < 4; t++) (θ, s) = rule.Step(θ, Params.Of(("w", NDArray.Of([-0.5, 0, -2], 3))), s);
            Assert.All(θ["w"].As<double>().Data, x => Assert.True(double.IsFinite(x), $"{rule}: {x}"));
        }
    }

    public static TheoryData<string> Decaying =>
        [.. Registry.All.Where(r => r.Options.Any(o => o.Name == "weight_decay") && !r.ClosureDriven).Select(r => r.Name)];

    [Theory, MemberData(nameof(Decaying))]
    public void Nothing_decays_without_a_gradient(string name)
    {
        var options = new Dictionary<string, object?> { ["lr"] = 0.1, ["weight_decay"] = 0.5 };
        var rule = (IGradientRule)Registry.Find(name).Create(options);
        int[] shape = rule.Refuses([2]) is null ? [2] : [1, 2];
        NDArray Of(double x) => NDArray.Of([x, -x], shape);
        Parameter still = new(Of(1), "still"), moves = new(Of(1), "moves") { Grad = Of(0.5) };
        var optimizer = new Optimizer([still, moves], rule);
        for (var t = 0; t < 3; t++) optimizer.Step();
        Assert.Equal([1, -1], still.Value.As<double>().Data);
        Assert.NotEqual([1, -1], moves.Value.As<double>().Data);
        still.Grad = Of(0.5);
        optimizer.Step();
        var before = still.Value.As<double>().ToArray();
        still.Grad = null;
        optimizer.Step();
        Assert.Equal(before, still.Value.As<double>().Data);
    }

    /// <summary>torch takes a rate as a tensor, which its state dict then has.</summary>
    public static TheoryData<object> Rates =>
        [0.25, NDArray.Scalar(0.25), NDArray.Of([0.25], 1), NDArray.Scalar(0.25f), new object[] { 0.25 }, new double[] { 0.25 }];

    [Theory, MemberData(nameof(Rates), DisableDiscoveryEnumeration = true)]
    public void A_rate_that_is_a_tensor_of_one_element_is_that_number(object rate)
    {
        static Optimizer Of(double lr) => new([new Parameter(NDArray.Of([1.0], 1)) { Grad = NDArray.Of([0.5], 1) }], new Adam(lr));
        var (number, tensor) = (Of(0.25), Of(0.5));
        number.Step();
        var saved = number.StateDict();
        var group = saved.ParamGroups[0].ToDictionary(e => e.Key, e => e.Key == "lr" ? rate : e.Value);
        tensor.LoadStateDict(new StateDict(saved.State, [group], saved.Rule, saved.Plan));
        Assert.Equal(0.25, tensor.ParamGroups[0].Lr);
        number.ParamGroups[0].Parameters[0].Value.CopyTo(tensor.ParamGroups[0].Parameters[0].Value);
        number.Step();
        tensor.Step();
        Assert.Equal(Value(number), Value(tensor));

        static double[] Value(Optimizer of) => of.ParamGroups[0].Parameters[0].Value.As<double>().ToArray();
    }
}
