using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>The functions against their published minima, and their gradients against quotients.</summary>
public sealed class MathNetFunctionsTests
{
    // The six-hump camel's numbers are printed with six digits behind the point, its places with four.
    const double Printed = 1e-6;

    public static TheoryData<string> Names => [.. MathNetFunctions.Functions.Select(f => f.Name)];

    [Theory]
    [InlineData("Rosenbrock (-1.2,1)", 0, 1.0, 1.0)]
    [InlineData("Wide Rosenbrock (-120,100)", 0, 100.0, 100.0)]
    [InlineData("Six-hump camel", -1.031628, 0.089842, -0.712656)]
    [InlineData("Six-hump camel", -1.031628, -0.089842, 0.712656)]
    [InlineData("Six-hump camel", -0.215464, 1.703607, -0.796084)]
    [InlineData("Six-hump camel", 2.104250, 1.607105, 0.568651)]
    [InlineData("Himmelblau", 0, 3.0, 2.0)]
    [InlineData("Himmelblau", 0, -2.805118, 3.131313)]
    [InlineData("Himmelblau", 0, -3.779310, -3.283186)]
    [InlineData("Himmelblau", 0, 3.584428, -1.848127)]
    [InlineData("Booth", 0, 1.0, 3.0)]
    [InlineData("Matyas", 0, 0.0, 0.0)]
    [InlineData("Bohachevsky", 0, 0.0, 0.0)]
    public void Every_published_minimum_has_its_value_where_it_is_published(string name, double wanted, params double[] x)
    {
        var f = Find(name);
        Assert.Contains(wanted, f.Minima);
        var gradient = new double[x.Length];
        Assert.Equal(wanted, f.Value(x, gradient), Printed);
        Assert.All(gradient, g => Assert.Equal(0, g, 1e-4)); // a place with six digits, and curvatures below 100
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_that_of_central_differences(string name)
    {
        // Of a quotient with step h the error is of the order h² beside the gradient, and ε/h beside the value.
        const double H = 6e-6, Relative = 1e-6, Rounding = 32 * 2.2e-16;
        var f = Find(name);
        double[] x = [.. f.X0.Select(x => x + 0.03 * Math.Max(Math.Abs(x), 0.1))];
        var gradient = new double[x.Length];
        var value = Math.Abs(f.Value(x, gradient));
        for (var i = 0; i < x.Length; i++)
        {
            var h = H * Math.Max(Math.Abs(x[i]), 0.01);
            var quotient = (At(f, x, i, h) - At(f, x, i, -h)) / (2 * h);
            Assert.Equal(quotient, gradient[i], Relative * gradient.Max(Math.Abs) + Rounding * (value + 1) / h);
        }
    }

    [Theory]
    [InlineData(0, 1), InlineData(1, -1), InlineData(0.5, 0), InlineData(1.0 / 3, 0.5), InlineData(-7.25, -0.7071067811865475)]
    [InlineData(1e9 + 1, -1), InlineData(double.MaxValue, 1)]
    public void A_cosine_of_many_turns_is_as_exact_as_one_of_none(double halfTurns, double wanted) =>
        Assert.Equal(wanted, Dual.CosPi(halfTurns).Value, 1e-15);

    [Fact]
    public void A_start_is_named_by_its_place() =>
        Assert.Equal([-120, 100], Find("Wide Rosenbrock (-120,100)").X0);

    static Formula Find(string name) => MathNetFunctions.Functions.Single(f => f.Name == name);

    static double At(Formula f, double[] x, int i, double h)
    {
        double[] moved = [.. x];
        moved[i] += h;
        return f.Value(moved, new double[x.Length]);
    }
}
