using Optim.Functional.Cli;
using static Optim.Functional.Cli.Dual;

namespace Optim.Functional.Tests.Cli;

public sealed class DualTests
{
    const double X = 0.7, Slope = 3;

    // Of the difference quotient, whose own error is of the order of h².
    const double Tolerance = 1e-8, H = 1e-5;

    static readonly (string Name, Func<Dual, Dual> F)[] All =
    [
        ("-x", x => -x),
        ("x + x", x => x + x),
        ("2 - x", x => 2 - x),
        ("x x", x => x * x),
        ("1 / x", x => 1 / x),
        ("x / (1 + x)", x => x / (1 + x)),
        ("x²", Dual.Square),
        ("√x", Sqrt),
        ("|x|", Abs),
        ("|-x|", x => Abs(-x)),
        ("exp x", Exp),
        ("ln x", Log),
        ("arctan x", Atan),
        ("x^3.2", x => Pow(x, 3.2)),
        ("2^x", x => Pow(2, x)),
        ("x^x", x => Pow(x, x)),
    ];

    public static TheoryData<string> Names => [.. All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_slope_is_that_of_the_difference_quotient(string name)
    {
        var f = All.Single(f => f.Name == name).F;
        var quotient = (f(X + H).Value - f(X - H).Value) / (2 * H);
        var got = f(new(X, Slope));
        Assert.Equal((double)f(X).Value, got.Value);
        Assert.Equal(Slope * quotient, got.Slope, Tolerance);
    }

    [Fact]
    public void A_constant_has_no_slope() => Assert.Equal(new Dual(5, 0), (Dual)5);

    [Fact]
    public void A_power_that_underflows_is_flat_however_steep_its_exponent() =>
        Assert.Equal(new Dual(0, 0), Exp(new Dual(double.NegativeInfinity, double.NegativeInfinity)));
}
