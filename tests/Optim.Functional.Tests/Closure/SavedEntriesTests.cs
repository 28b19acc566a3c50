namespace Optim.Functional.Tests.Closure;

public class SavedEntriesTests
{
    readonly List<string> differences = [];

    SavedEntries<double> Of(params (string Key, object? Value)[] entries) =>
        new("Mine", entries.ToDictionary(e => e.Key, e => e.Value), 2, differences);

    [Fact]
    public void What_is_not_there_is_nothing_and_no_difference()
    {
        var saved = Of();
        Assert.Equal((0.5, 0, 0), (saved.Number("b", 0.5), saved.Numbers("c").Count, saved.Vectors("d").Count));
        Assert.Null(saved.Vector("e"));
        Assert.Empty(differences);
    }

    [Fact]
    public void A_count_must_be_there()
    {
        Assert.Equal(0, Of().Count("a"));
        Assert.Equal(["Mine: a is not a whole number from 0 in the saved state"], differences);
    }

    [Fact]
    public void Numbers_may_be_whole_or_arrays_of_one_element()
    {
        var saved = Of(("a", 3L), ("b", NDArray.Of([0.5])), ("c", new object[] { 1L, 2.5 }), ("d", 7.0));
        Assert.Equal((3, 0.5, 7L), (saved.Number("a"), saved.Number("b"), saved.Count("d")));
        Assert.Equal([1, 2.5], saved.Numbers("c"));
        Assert.Empty(differences);
    }

    [Fact]
    public void Vectors_are_the_saved_ones()
    {
        var (one, two) = (NDArray.Of([1.0, 2]), NDArray.Of([3.0, 4]));
        var saved = Of(("a", one), ("b", new[] { one, two }), ("c", null));
        Assert.Same(one, saved.Vector("a"));
        Assert.Equal([one, two], saved.Vectors("b"));
        Assert.Null(saved.Vector("c"));
    }

    [Fact]
    public void Everything_that_does_not_fit_is_told()
    {
        var saved = Of(
            ("a", -1L),
            ("b", "x"),
            ("c", 1.0),
            ("d", NDArray.Of([1.0])),
            ("e", new object?[] { null }),
            ("f", 1.5),
            ("g", 5L),
            ("rest", 1),
            ("known", 1));
        _ = (
            saved.Count("a"),
            saved.Number("b"),
            saved.Numbers("c"),
            saved.Vector("d"),
            saved.Vectors("e"),
            saved.Count("f"),
            saved.Count("g", 4));
        saved.End("known");
        Assert.Equal([
            "Mine: a is not a whole number from 0 in the saved state",
            "b is not a number in the saved state",
            "c is not a list in the saved state",
            "d of the saved state is not a vector of 2 elements, the number of all parameters' elements",
            "e of the saved state is not a vector of 2 elements, the number of all parameters' elements",
            "Mine: f is not a whole number from 0 in the saved state",
            "Mine: g is not a whole number from 0 in the saved state",
            "the saved state has 'rest', which Mine has not"], differences);
    }
}
