namespace Optim.Functional.Tests.Linear;

public class CurvaturePairsTests
{
    readonly CurvaturePairs<double> pairs = new(1);

    /// <summary>Keeps a pair whose y, s and y·s tell it from others.</summary>
    void Keep(double number, int most)
    {
        var (y, s) = pairs.Fresh(most);
        (y[0], s[0]) = (number, -number);
        pairs.Keep(number, most);
    }

    double[] Numbers => [.. Enumerable.Range(0, pairs.Count).Select(i => pairs.Y[i][0])];

    [Fact]
    public void The_newest_are_kept_oldest_first()
    {
        for (var k = 1; k <= 5; k++) Keep(k, most: 3);
        Assert.Equal([3, 4, 5], Numbers);
        Assert.Equal([-3, -4, -5], Enumerable.Range(0, 3).Select(i => pairs.S[i][0]));
        Assert.Equal([1 / 3.0, 1 / 4.0, 1 / 5.0], pairs.Ro[..3]);
    }

    [Fact]
    public void A_shorter_history_drops_the_oldest_at_the_next_pair()
    {
        for (var k = 1; k <= 5; k++) Keep(k, most: 5);
        Keep(6, most: 2);
        Assert.Equal([5, 6], Numbers);
    }

    [Theory, InlineData(1), InlineData(3), InlineData(20)]
    public void What_is_not_committed_is_undone_however_many_pairs_it_was(int more)
    {
        for (var k = 1; k <= 5; k++) Keep(k, most: 3);
        pairs.Commit();
        for (var k = 0; k < more; k++) Keep(10 + k, most: 3);
        pairs.Restore();
        Assert.Equal([3, 4, 5], Numbers);
        Assert.Equal([-3, -4, -5], Enumerable.Range(0, 3).Select(i => pairs.S[i][0]));
    }

    [Fact]
    public void Cleared_pairs_come_back_too()
    {
        Keep(1, most: 3);
        pairs.Commit();
        pairs.Clear();
        Keep(2, most: 3);
        pairs.Restore();
        Assert.Equal([1], Numbers);
    }

    [Fact]
    public void A_copy_is_of_what_was_committed_in_arrays_of_its_own()
    {
        Keep(1, most: 3);
        pairs.Commit();
        Keep(2, most: 3);
        var (y, _, ρ) = pairs.Copy();
        Assert.Equal([1.0], ρ);
        y[0].As<double>().Data[0] = 7;
        Assert.Equal([1, 2], Numbers);
    }
}
