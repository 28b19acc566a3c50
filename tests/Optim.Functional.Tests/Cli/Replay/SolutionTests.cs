using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class SolutionTests
{
    [Theory]
    [InlineData(48.9842, Solution.Local)]
    [InlineData(48.9842 * 1.00009, Solution.Local)]
    [InlineData(48.9842 * 0.99991, Solution.Local)]
    [InlineData(48.9842 * 1.00011, Solution.None)]
    [InlineData(48, Solution.None)]
    [InlineData(0, Solution.Optimum)]
    [InlineData(0.99e-8, Solution.Optimum)]
    [InlineData(1.01e-8, Solution.None)]
    [InlineData(double.PositiveInfinity, Solution.None)]
    [InlineData(double.NaN, Solution.None)]
    public void A_minimum_is_reached_in_four_digits(double value, object wanted) => Assert.Equal(wanted, Solutions.Of(value, [0, 48.9842]));

    [Fact]
    public void A_small_minimum_is_reached_in_four_digits_of_its_own() =>
        Assert.Equal((Solution.Optimum, Solution.None), (Solutions.Of(1.12800e-8, [1.12793e-8]), Solutions.Of(1.12905e-8, [1.12793e-8])));
}
