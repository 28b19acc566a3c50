namespace Optim.Functional.Tests.PureFace;

/// <summary>L-BFGS where losses, slopes and their products are not finite: no step ends there, and the optimum beside it is found.</summary>
public class LbfgsFiniteTests
{
    static readonly LBFGS Searching = new(MaxIter: 100, ToleranceGrad: 0, LineSearchFn: "strong_wolfe");

    delegate (double Loss, double[] Gradient) Function(double[] x);

    static double[] After(LBFGS rule, int steps, double[] x, Function f)
    {
        var state = rule.Init(x);
        for (var i = 0; i < steps; i++) (x, state, _) = rule.Step((double[] at) => f(at), x, state);
        return x;
    }

    static (double Loss, double[] Gradient) Barrier(double[] x) =>
        (-Math.Log(x[0]) - Math.Log(0.5 - x[0]), [-1 / x[0] + 1 / (0.5 - x[0])]);

    static Function Rosenbrock(double scale) => x =>
    {
        var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
        return (scale * (a * a + 100 * b * b), [scale * (-2 * a - 400 * x[0] * b), scale * 200 * b]);
    };

    [Fact]
    public void A_trial_outside_of_a_logarithms_domain_is_too_far()
    {
        Assert.Equal(0.25, After(Searching, 1, [0.01], Barrier)[0], 1e-6);
        Assert.Equal(0.25, After(new(LineSearchFn: "strong_wolfe"), 1, [0.01], Barrier)[0], 1e-4);
    }

    [Fact]
    public void A_trial_where_the_loss_is_infinite_is_too_far() => Assert.Equal(-Math.Log(2000) / 2000,
        After(Searching, 3, [-0.5], x => (Math.Exp(2000 * x[0]) - x[0], [2000 * Math.Exp(2000 * x[0]) - 1]))[0], 1e-7);

    [Theory]
    [InlineData(1)]
    [InlineData(1e75)]
    [InlineData(1e150)]
    [InlineData(1e152)]
    [InlineData(1e300)]
    public void A_quadratic_of_any_height_is_solved(double height) => Assert.Equal(3,
        After(Searching, 3, [0], x => (height * (x[0] - 3) * (x[0] - 3), [height * 2 * (x[0] - 3)]))[0], 1e-6);

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e20)]
    [InlineData(1e152)]
    [InlineData(1e300)]
    public void A_quadratic_wall_of_any_height_does_not_stall_it(double height) => Assert.Equal(1, After(Searching, 20, [-2], x =>
    {
        var beyond = Math.Max(0, x[0] - 1.5);
        return (Math.Pow(x[0] - 1, 4) + height * beyond * beyond, [4 * Math.Pow(x[0] - 1, 3) + height * 2 * beyond]);
    })[0], 0.02);

    [Theory]
    [InlineData(1e152)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_loss_that_jumps_does_not_stall_it(double height) => Assert.Equal(1, After(Searching, 20, [-2], x =>
        (Math.Pow(x[0] - 1, 4) + (x[0] > 1.5 ? height : 0), [4 * Math.Pow(x[0] - 1, 3)]))[0], 0.02);

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(1e75)]
    [InlineData(1e150)]
    [InlineData(1e250)]
    [InlineData(1e300)]
    public void Rosenbrock_times_any_large_number_is_solved(double scale) =>
        Assert.All(After(Searching, 3, [-1.2, 1], Rosenbrock(scale)), e => Assert.Equal(1, e, 1e-3));

    [Fact]
    public void Rosenbrock_times_1e30_in_float32_is_solved()
    {
        float[] x = [-1.2f, 1];
        var state = Searching.Init(x);
        var f = Rosenbrock(1e30);
        for (var i = 0; i < 3; i++)
        {
            (x, state, _) = Searching.Step((float[] at) =>
            {
                var (loss, g) = f([at[0], at[1]]);
                return (loss, [(float)g[0], (float)g[1]]);
            }, x, state);
        }
        Assert.All(x, e => Assert.Equal(1, e, 1e-2));
    }

    [Theory]
    [InlineData(double.NaN, 1, null)]
    [InlineData(double.PositiveInfinity, 1, null)]
    [InlineData(3, double.NaN, null)]
    [InlineData(double.NaN, 1, "strong_wolfe")]
    [InlineData(double.PositiveInfinity, 1, "strong_wolfe")]
    [InlineData(3, double.NegativeInfinity, "strong_wolfe")]
    public void A_start_that_is_not_finite_is_left_as_it_is(double loss, double slope, string? search)
    {
        var calls = 0;
        Assert.Equal([2], After(new(LineSearchFn: search), 1, [2], _ => (loss, [slope + 0 * calls++])));
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(3, double.NaN)]
    [InlineData(3, double.PositiveInfinity)]
    public void Without_a_search_the_step_ends_before_a_point_that_is_not_finite(double loss, double slope)
    {
        // From 0 by 0.1 at a time: 0.1, 0.2, and then it goes wrong.
        var asked = new List<double>();
        var rule = new LBFGS(Lr: 0.1, HistorySize: 1);
        var x = After(rule, 1, [0], x =>
        {
            asked.Add(x[0]);
            return asked.Count == 4 ? (loss, [slope]) : (5 - x[0], [-1]);
        });
        Assert.Equal(4, asked.Count);
        Assert.Equal(asked[2], x[0]);
        Assert.Equal(0.2, x[0], 1e-12);
    }

    [Fact]
    public void Without_a_search_the_first_move_is_taken_back_too()
    {
        var (calls, parameter) = (0, new Parameter(new[] { 0.0, 1.0 }) { Grad = new[] { 1.0, 1.0 } });
        var optimizer = new Optimizer([parameter], new LBFGS());
        Assert.Equal(7, optimizer.Step(() => calls++ == 0 ? 7 : double.NaN));
        Assert.Equal([0.0, 1.0], parameter.Value.As<double>().Data);
        Assert.Equal((1, 2, 0.0), (optimizer.Memory().NIter, optimizer.Memory().FuncEvals, optimizer.Memory().T));
    }

    public static TheoryData<int, double, string?> Evaluations => new()
    {
        { 1, double.NaN, null }, { 2, double.NaN, null }, { 3, double.PositiveInfinity, null },
        { 1, double.NaN, "strong_wolfe" }, { 2, double.PositiveInfinity, "strong_wolfe" }, { 3, double.NegativeInfinity, "strong_wolfe" },
    };

    [Theory, MemberData(nameof(Evaluations))]
    public void Throw_refuses_a_loss_that_is_not_finite_at_any_evaluation(int number, double loss, string? search)
    {
        var (optimizer, parameter, closure) = Failing(number, loss, search, NonFinite.Throw);
        var fault = Assert.Throws<ArgumentException>(() => optimizer.Step(closure));
        Assert.StartsWith(FormattableString.Invariant($"LBFGS: the loss is {loss} at evaluation {number} of the step, wanted a finite number; nothing was changed."), fault.Message);
        Assert.Equal([8.0], parameter.Value.As<double>().Data);
        Assert.Empty(optimizer.ModelState);

        var (calls, rule) = (0, new LBFGS(Lr: 0.1, LineSearchFn: search).OnNonFinite(NonFinite.Throw));
        double[] start = [8];
        Assert.Equal(fault.Message, Assert.Throws<ArgumentException>(() =>
            rule.Step((double[] x) => (++calls == number ? loss : x[0] * x[0], [2 * x[0]]), start, rule.Init(start))).Message);
    }

    [Theory, MemberData(nameof(Evaluations))]
    public void Skip_leaves_out_a_step_with_a_loss_that_is_not_finite_at_any_evaluation(int number, double loss, string? search)
    {
        var (optimizer, parameter, closure) = Failing(number, loss, search, NonFinite.Skip);
        Assert.Equal(number == 1 ? loss : 64, optimizer.Step(closure));
        Assert.Equal([8.0], parameter.Value.As<double>().Data);
        Assert.Empty(optimizer.ModelState);
    }

    static (Optimizer, Parameter, Func<double>) Failing(int number, double loss, string? search, NonFinite then)
    {
        double[] x = [8], g = [0];
        var (parameter, calls) = (new Parameter(x) { Grad = g }, 0);
        return (new Optimizer([parameter], new LBFGS(Lr: 0.1, LineSearchFn: search), then), parameter, () =>
        {
            g[0] = 2 * x[0];
            return ++calls == number ? loss : x[0] * x[0];
        }
        );
    }
}
