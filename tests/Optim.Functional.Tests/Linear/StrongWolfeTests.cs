namespace Optim.Functional.Tests.Linear;

/// <summary>Turns of the line search that no recorded case of torch takes.
/// The line answers what it is told to, and notes where it was asked.</summary>
public class StrongWolfeTests
{
    static readonly LinePoint<double> Start = new(0, Loss: 0, Gradient: default, Largest: 0, Slope: -1);

    readonly struct Told(Func<double, (double Loss, double Slope)> answer) : ILine<double>
    {
        public LinePoint<double> At(double t, in LinePoint<double> a, in LinePoint<double> b)
        {
            var (loss, slope) = answer(t);
            return new(t, loss, default, 0, slope);
        }
    }

    static List<double> Asked(params (double Loss, double Slope)[] answers) => Asked(1, answers);

    static List<double> Asked(double scale, params (double Loss, double Slope)[] answers)
    {
        var asked = new List<double>();
        StrongWolfe.Search<double, Told>(new(t =>
        {
            asked.Add(t);
            var (loss, slope) = answers[asked.Count - 1];
            return (scale * loss, scale * slope);
        }), Start with { Slope = -scale }, t: 1, maxAbsDirection: 1, most: answers.Length);
        return asked;
    }

    [Fact]
    public void A_second_point_above_the_first_does_not_end_the_search_ahead()
    {
        // as torch: only from the third point on does a loss above the one before close the bracket
        var asked = Asked((-2, -2), (-1.5, -2), (-3, 0));
        Assert.True(asked[2] > asked[1] && asked[1] > asked[0], string.Join(" ", asked));
    }

    [Fact]
    public void A_third_point_above_the_second_closes_the_bracket()
    {
        var asked = Asked((-2, -2), (-3, -2), (-2.5, -2), (-3.5, 0));
        Assert.InRange(asked[3], asked[1], asked[2]);
    }

    [Fact]
    public void A_bracket_that_shrinks_from_one_end_twice_is_cut_a_tenth_inside()
    {
        var asked = Asked((100, 200), (1, 5), (-1e-3, 0));
        Assert.InRange(asked[1], 0, 0.1);
        Assert.Equal(0.1 * asked[1], asked[2]);
    }

    [Fact]
    public void Out_of_trials_it_takes_the_lower_end()
    {
        var (found, evaluations) = StrongWolfe.Search<double, Told>(new(_ => (5, 1)), Start, t: 1, maxAbsDirection: 1, most: 1);
        Assert.Equal((0.0, 1), (found.At, evaluations));
    }

    [Fact]
    public void The_way_to_a_point_that_is_not_finite_is_halved_then_quartered_then_cut_to_an_eighth()
    {
        var wall = (double.PositiveInfinity, double.NaN);
        Assert.Equal([1, 1 / 2.0, 1 / 8.0, 1 / 64.0, 1 / 64.0 + (1 / 8.0 - 1 / 64.0) / 2], Asked(wall, wall, wall, (-1 / 64.0, -1), (-0.07, 0)));
    }

    [Fact]
    public void Of_points_that_are_not_finite_none_is_the_end()
    {
        var (found, evaluations) = StrongWolfe.Search<double, Told>(
            new(_ => (double.PositiveInfinity, double.NaN)), Start, t: 1, maxAbsDirection: 1e300, most: 25);
        Assert.Equal((Start, 25), (found, evaluations));
    }

    [Fact]
    public void Out_of_trials_it_takes_the_lowest_of_those_on_the_way()
    {
        var told = new Queue<(double, double)>([(-2, -2), (-1.5, -2)]);
        Assert.Equal(1, StrongWolfe.Search<double, Told>(new(_ => told.Dequeue()), Start, t: 1, maxAbsDirection: 1, most: 2).Point.At);
    }

    [Fact]
    public void Losses_whose_squares_are_infinite_are_interpolated_as_others_are() => Assert.Equal(
        Asked((100, 200), (1, 5), (-1e-3, 0)),
        Asked(Math.ScaleB(1, 600), (100, 200), (1, 5), (-1e-3, 0)));
}
