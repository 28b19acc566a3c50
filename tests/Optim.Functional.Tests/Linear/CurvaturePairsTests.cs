namespace Optim.Functional.Tests.Linear;

public class CurvaturePairsTests
{
    readonly CurvaturePairs<double> pairs = new(1);

    /// <summary>Keeps a pair whose y, s and y·s tell it from others.</summary>
    void Keep(double number, int most)
    {
        var (y, s) = pairs.Fresh(most);
        (y.First, s.First) = (number, -number);
        pairs.Keep(number, most);
    }

    double[] Numbers => [.. Enumerable.Range(0, pairs.Count).Select(i => pairs.Y[i].First)];

    [Fact]
    public void The_newest_are_kept_oldest_first()
    {
        for (var k = 1; k <= 5; k++) Keep(k, most: 3);
        Assert.Equal([3, 4, 5], Numbers);
        Assert.Equal([-3, -4, -5], Enumerable.Range(0, 3).Select(i => pairs.S[i].First));
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
        Assert.Equal([-3, -4, -5], Enumerable.Range(0, 3).Select(i => pairs.S[i].First));
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

    [Theory, InlineData(5), InlineData(BlockSum.Length + 1)]
    public void All_lie_in_one_buffer_that_is_made_at_the_first_pair_each_at_a_cache_line_and_apart(int n)
    {
        var pairs = new CurvaturePairs<float>(n);
        pairs.Fresh(most: 9);
        pairs.Keep(1, most: 9);
        var buffer = pairs.S[0].Array;
        for (var k = 1; k < 20; k++)
        {
            var (y, s) = pairs.Fresh(most: 9);
            foreach (var vector in (Place<float>[])[y, s])
            {
                Assert.Same(buffer, vector.Array);
                Assert.Equal(0, CacheLine.Ahead(vector));
                vector.Span(n).Fill(k);
            }
            pairs.Keep(1, most: 9);
            pairs.Commit();
        }
        Assert.Equal(10, pairs.Capacity);
        for (var k = 0; k < 9; k++)
            foreach (var vector in (Place<float>[])[pairs.S[k], pairs.Y[k]])
                Assert.All(vector.Span(n).ToArray(), x => Assert.Equal(11 + k, x));
    }

    [Theory, InlineData(5), InlineData(BlockSum.Length + 1)]
    public void For_a_single_step_each_is_an_array_of_its_own_made_when_it_is_needed(int n)
    {
        var pairs = new CurvaturePairs<float>(n, lasts: false);
        for (var k = 1; k <= 9; k++)
        {
            var (y, s) = pairs.Fresh(most: 9);
            Assert.Equal((n, n, k), (y.Array.Length, s.Array.Length, pairs.Capacity));
            pairs.Keep(1, most: 9);
        }
    }

    [Fact]
    public void They_move_into_arrays_and_back()
    {
        for (var k = 1; k <= 5; k++) Keep(k, most: 3);
        pairs.Commit();
        foreach (var asArrays in (bool[])[true, true, false])
        {
            pairs.Arrange(asArrays);
            Assert.Equal([3, 4, 5], Numbers);
            Assert.Equal([1 / 3.0, 1 / 4.0, 1 / 5.0], pairs.Ro[..3]);
            Assert.Equal(asArrays, pairs.Y[0].Array.Length == 1);
        }
        Keep(6, most: 3);
        Assert.Equal([4, 5, 6], Numbers);
    }
}
