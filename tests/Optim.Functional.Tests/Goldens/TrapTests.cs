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
}
