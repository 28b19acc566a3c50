using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>The tool's own exp, ln and angles against the runtime's.</summary>
public sealed class ElementaryTests
{
    // Both sides are rounded, each by an ulp at most.
    const double Ulps = 2;

    [Fact]
    public void Powers_of_e_are_the_runtimes() => Near(Math.Exp, Elementary.Exp, from: -708, to: 709.7);

    [Fact]
    public void Small_powers_of_e_are_the_runtimes() => Near(Math.Exp, Elementary.Exp, from: -2, to: 2);

    [Fact]
    public void Logarithms_are_the_runtimes() => Near(Math.Log, Elementary.Log, from: 0.01, to: 300);

    [Fact]
    public void Logarithms_near_1_are_the_runtimes() => Near(Math.Log, Elementary.Log, from: 0.7, to: 1.5);

    [Fact]
    public void Angles_are_the_runtimes() => Near(Math.Atan, Elementary.Atan, from: -30, to: 30);

    // Near multiples of π the series cancels: there its error is that of its largest term.
    [Fact]
    public void Sines_and_cosines_of_less_than_a_turn_are_the_runtimes()
    {
        for (var x = -4.0; x <= 4; x += 0.003)
        {
            Assert.Equal(Math.Sin(x), Elementary.Sin(x), 1e-14);
            Assert.Equal(Math.Cos(x), Elementary.Cos(x), 1e-14);
        }
    }

    [Theory]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-746, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(-745, double.Epsilon)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(0, 1)]
    public void A_power_of_e_is_infinite_or_0_where_it_must(double x, double wanted) => Assert.Equal(wanted, Elementary.Exp(x));

    [Theory]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(1, 0)]
    public void A_logarithm_is_infinite_or_no_number_where_it_must(double x, double wanted) => Assert.Equal(wanted, Elementary.Log(x));

    [Fact]
    public void The_least_and_the_largest_number_have_the_runtimes_logarithms()
    {
        Assert.Equal(Math.Log(double.Epsilon), Elementary.Log(double.Epsilon), 1e-12);
        Assert.Equal(Math.Log(double.MaxValue), Elementary.Log(double.MaxValue), 1e-12);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, Math.PI / 2)]
    [InlineData(double.NegativeInfinity, -Math.PI / 2)]
    [InlineData(double.NaN, double.NaN)]
    public void The_angle_of_infinity_is_a_right_one(double x, double wanted) => Assert.Equal(wanted, Elementary.Atan(x));

    static void Near(Func<double, double> runtime, Func<double, double> own, double from, double to)
    {
        const int Points = 10_007;
        for (var i = 0; i <= Points; i++)
        {
            var x = from + (to - from) * i / Points;
            var (wanted, got) = (runtime(x), own(x));
            var ulp = Math.BitIncrement(Math.Abs(wanted)) - Math.Abs(wanted);
            Assert.True(Math.Abs(got - wanted) <= Ulps * ulp, $"at {x:R}: wanted {wanted:R}, got {got:R}");
        }
    }
}
