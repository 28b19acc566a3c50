namespace Optim.Functional.Tests.PureFace;

/// <summary>L-BFGS with relative tests: where it goes does not depend on the units of the loss or of the parameters.</summary>
public class LbfgsScaleTests
{
    static readonly LBFGS Relative = new(MaxIter: 500, MaxEval: 2000, LineSearchFn: "strong_wolfe", Relative: true);

    /// <summary>One step over Rosenbrock's function, or a chain of them, times a scale, of parameters times a unit.</summary>
    static (double[] X, int Asked) Rosenbrock(LBFGS rule, double scale, double unit = 1, int n = 2)
    {
        double[] start = [.. Enumerable.Range(0, n).Select(i => unit * (i % 2 == 0 ? -1.2 : 1))];
        var asked = 0;
        var (x, _, _) = rule.Step((double[] x) =>
        {
            asked++;
            var (loss, g) = (0.0, new double[n]);
            for (var i = 0; i < n; i += 2)
            {
                var (u, v) = (x[i] / unit, x[i + 1] / unit);
                var (a, b) = (1 - u, v - u * u);
                loss += scale * (a * a + 100 * b * b);
                (g[i], g[i + 1]) = (scale / unit * (-2 * a - 400 * u * b), scale / unit * 200 * b);
            }
            return (loss, g);
        }, start, rule.Init(start));
        return (x, asked);
    }

    [Theory]
    [InlineData(1e-100), InlineData(1e-30), InlineData(1e-12), InlineData(1e-6), InlineData(1), InlineData(1e6), InlineData(1e12), InlineData(1e75), InlineData(1e200)]
    public void Rosenbrock_times_any_number_takes_about_as_many_evaluations(double scale)
    {
        var (x, asked) = Rosenbrock(Relative, scale);
        Assert.All(x, e => Assert.Equal(1, e, 1e-4));
        Assert.InRange(asked, 40, 80);
    }

    [Theory]
    [InlineData(1e-12), InlineData(1e-6), InlineData(1e6), InlineData(1e12)]
    public void Rosenbrock_in_any_unit_takes_about_as_many_evaluations(double unit)
    {
        var (x, asked) = Rosenbrock(Relative, 1, unit);
        Assert.All(x, e => Assert.Equal(1, e / unit, 1e-4));
        Assert.InRange(asked, 40, 80);
    }

    [Theory]
    [InlineData(2, -40), InlineData(2, 40), InlineData(2, 300), InlineData(2, -300)]
    [InlineData(20_000, -40), InlineData(20_000, 40)]
    public void A_loss_times_a_power_of_two_has_the_same_path_bit_for_bit(int n, int power)
    {
        var rule = Relative with { MaxIter = 30 };
        var ((x, asked), (scaled, askedScaled)) = (Rosenbrock(rule, 1, n: n), Rosenbrock(rule, Math.ScaleB(1, power), n: n));
        Assert.Equal(x, scaled);
        Assert.Equal(asked, askedScaled);
    }

    [Theory]
    [InlineData(null), InlineData("strong_wolfe")]
    public void Parameters_in_a_unit_that_is_a_power_of_two_have_the_same_path_bit_for_bit(string? search)
    {
        var rule = Relative with { MaxIter = 30, LineSearchFn = search };
        var ((x, asked), (far, askedFar)) = (Rosenbrock(rule, 1), Rosenbrock(rule, 1, Math.ScaleB(1, 40)));
        Assert.Equal(x.Select(e => Math.ScaleB(e, 40)), far);
        Assert.Equal(asked, askedFar);
    }

    [Fact]
    public void Torchs_bounds_get_nowhere_with_Rosenbrock_times_1e_12()
    {
        var (x, asked) = Rosenbrock(Relative with { Relative = false, ToleranceGrad = 0, ToleranceChange = 0 }, 1e-12);
        Assert.InRange(asked, 500, 2000);
        Assert.All(x, e => Assert.NotInRange(e, 0.8, 1.2));
    }

    [Fact]
    public void From_zero_the_first_step_is_as_the_gradient_says()
    {
        double[] start = [0];
        var asked = new List<double>();
        Relative.Step((double[] x) =>
        {
            asked.Add(x[0]);
            return ((x[0] - 3) * (x[0] - 3), [2 * (x[0] - 3)]);
        }, start, Relative.Init(start));
        Assert.Equal(1, asked[1]);
    }

    [Fact]
    public void The_first_step_is_as_long_as_the_parameters()
    {
        double[] start = [-8, 6];
        var asked = new List<double[]>();
        Relative.Step((double[] x) =>
        {
            asked.Add(x);
            return (3e-20 * x[0] + 1e-20 * x[1], [3e-20, 1e-20]);
        }, start, Relative.Init(start));
        Assert.Equal([-14, 4], asked[1].Select(e => Math.Round(e, 9)));
    }
}
