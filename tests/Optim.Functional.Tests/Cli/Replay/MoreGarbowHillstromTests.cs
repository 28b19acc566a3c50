using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>The problems against published numbers: the paper's minima, and the points and first values that MINPACK's tests print.</summary>
public sealed class MoreGarbowHillstromTests
{
    // The numbers have six digits or more, and the paper's are cut off, not rounded.
    const double Printed = 1e-5;

    // Of points printed with seven digits, where the residuals should be 0.
    const double AlmostZero = 1e-10;

    public static TheoryData<string> Names => [.. MoreGarbowHillstrom.Problems.Select(p => p.Name)];

    [Theory]
    [InlineData("Rosenbrock", 24.2)]
    [InlineData("Freudenstein-Roth", 400.5)]
    [InlineData("Powell badly scaled", 1.135262)]
    [InlineData("Brown badly scaled", 9.99998000003e11)]
    [InlineData("Beale", 14.203125)]
    [InlineData("Jennrich-Sampson", 4171.306)]
    [InlineData("Helical valley", 2500)]
    [InlineData("Bard", 41.68170)]
    [InlineData("Gaussian", 3.888107e-6)]
    [InlineData("Meyer", 1.693608e9)]
    [InlineData("Gulf", 12.11071)]
    [InlineData("Box 3-d", 1031.154)]
    [InlineData("Powell singular", 215)]
    [InlineData("Wood", 19192)]
    [InlineData("Kowalik-Osborne", 5.313172e-3)]
    [InlineData("Brown-Dennis", 7926693.337)]
    [InlineData("Osborne 1", 0.8790262)]
    [InlineData("Biggs EXP6", 0.7790701)]
    [InlineData("Osborne 2", 2.093420)]
    public void The_start_has_the_published_value(string name, double wanted)
    {
        var problem = Find(name);
        Assert.Equal(wanted, At(problem, problem.X0), Printed * wanted);
    }

    [Theory]
    [InlineData("Rosenbrock", 0, 1.0, 1.0)]
    [InlineData("Freudenstein-Roth", 0, 5.0, 4.0)]
    [InlineData("Freudenstein-Roth", 48.9842, 11.41278, -0.8968053)]
    [InlineData("Powell badly scaled", 0, 1.09815933e-5, 9.10614674)]
    [InlineData("Brown badly scaled", 0, 1e6, 2e-6)]
    [InlineData("Beale", 0, 3.0, 0.5)]
    [InlineData("Jennrich-Sampson", 124.362, 0.2578252, 0.2578252)]
    [InlineData("Helical valley", 0, 1.0, 0.0, 0.0)]
    [InlineData("Bard", 8.21487e-3, 0.08241058, 1.133037, 2.343695)]
    [InlineData("Bard", 17.4286, 0.8406667, -1e9, -1e9)]
    [InlineData("Gaussian", 1.12793e-8, 0.3989561, 1.000019, 0.0)]
    [InlineData("Meyer", 87.9458, 5.6096364e-3, 6181.3463, 345.22363)]
    [InlineData("Gulf", 0, 50.0, 25.0, 1.5)]
    [InlineData("Box 3-d", 0, 1.0, 10.0, 1.0)]
    [InlineData("Box 3-d", 0, 10.0, 1.0, -1.0)]
    [InlineData("Box 3-d", 0, 3.3, 3.3, 0.0)]
    [InlineData("Powell singular", 0, 0.0, 0.0, 0.0, 0.0)]
    [InlineData("Wood", 0, 1.0, 1.0, 1.0, 1.0)]
    [InlineData("Kowalik-Osborne", 3.07505e-4, 0.1928069, 0.1912823, 0.1230565, 0.1360623)]
    [InlineData("Kowalik-Osborne", 1.02734e-3, 1e9, -14.07588, -45.25719e9, -28.23150e9)]
    [InlineData("Brown-Dennis", 85822.2, -11.59444, 13.20363, -0.4034395, 0.2367788)]
    [InlineData("Osborne 1", 5.46489e-5, 0.3754100, 1.935847, -1.464687, 0.01286753, 0.02212270)]
    [InlineData("Biggs EXP6", 0, 1.0, 10.0, 1.0, 5.0, 4.0, 3.0)]
    [InlineData("Biggs EXP6", 5.65565e-3, 1.711416, 17.683198, 1.163144, 5.186562, 1.711416, 1.163144)]
    [InlineData("Osborne 2", 4.01377e-2, 1.309977, 0.4315538, 0.6336617, 0.5994305, 0.7541832, 0.9042886, 1.365812,
        4.823699, 2.398685, 4.568875, 5.675341)]
    public void Every_published_minimum_has_its_value_where_it_is_published(string name, double wanted, params double[] x)
    {
        var problem = Find(name);
        Assert.Contains(wanted, problem.Minima);
        Assert.Equal(wanted, At(problem, x), wanted == 0 ? AlmostZero : Printed * wanted);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_that_of_central_differences(string name)
    {
        // Of a quotient with step h the error is of the order h² beside the gradient, and ε/h beside the value.
        const double H = 6e-6, Relative = 1e-6, Rounding = 32 * 2.2e-16;
        var problem = Find(name);
        foreach (var moved in new[] { 0, 0.01, -0.03 })
        {
            double[] x = [.. problem.X0.Select(x => x + moved * Math.Max(Math.Abs(x), 0.1))];
            var gradient = new double[x.Length];
            var value = problem.Value(x, gradient);
            var largest = gradient.Max(Math.Abs);
            for (var i = 0; i < x.Length; i++)
            {
                var h = H * Math.Max(Math.Abs(x[i]), 0.01);
                var quotient = (At(problem, Moved(x, i, h)) - At(problem, Moved(x, i, -h))) / (2 * h);
                Assert.Equal(quotient, gradient[i], Relative * largest + Rounding * value / h);
            }
        }
    }

    [Fact]
    public void Each_problem_starts_at_its_x0_and_ten_and_a_hundred_times_as_far()
    {
        var cases = new MoreGarbowHillstrom().Cases;
        Assert.Equal((19, 57), (MoreGarbowHillstrom.Problems.Count, cases.Count));
        Assert.Equal(["x0", "10 x0", "100 x0"], cases.Where(c => c.Problem == "Wood").Select(c => c.Start));
        Assert.Equal([-300, -100, -300, -100], cases.Single(c => (c.Problem, c.Start) == ("Wood", "100 x0")).X0);
    }

    [Fact]
    public void The_angle_of_the_helical_valley_goes_on_beyond_a_right_one()
    {
        var valley = Find("Helical valley");
        Assert.Equal(0, At(valley, [-1, 0, 5]) - 25, AlmostZero);
        Assert.Equal(0, At(valley, [-Math.Sqrt(0.5), Math.Sqrt(0.5), 3.75]) - 3.75 * 3.75, AlmostZero);
        Assert.Equal(0, At(valley, [0, 1, 2.5]) - 2.5 * 2.5, AlmostZero);
    }

    static LeastSquares Find(string name) => MoreGarbowHillstrom.Problems.Single(p => p.Name == name);

    static double At(LeastSquares problem, double[] x) => problem.Value(x, new double[x.Length]);

    static double[] Moved(double[] x, int i, double h)
    {
        double[] moved = [.. x];
        moved[i] += h;
        return moved;
    }
}
