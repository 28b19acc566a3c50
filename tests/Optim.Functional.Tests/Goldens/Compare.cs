namespace Optim.Functional.Tests.Goldens;

/// <summary>The one comparison: NaN wants NaN, an infinity the same infinity, a number one within the tolerance.</summary>
static class Compare
{
    public static void Number(Golden c, string what, double got, double want, Tolerance within) => Arrays(c, what, [got], [want], within);

    /// <param name="c">The case.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="got">Ours.</param>
    /// <param name="want">torch's.</param>
    /// <param name="within">The tolerance.</param>
    /// <param name="scale">Least size of each number that the tolerance is taken of; none: the wanted number's own.</param>
    public static void Arrays(Golden c, string what, double[] got, double[] want, Tolerance within, double[]? scale = null)
    {
        Assert.True(got.Length == want.Length, $"{c.At}: {what} has {got.Length} elements, torch has {want.Length}.");
        for (var i = 0; i < got.Length; i++)
        {
            if (got[i].Equals(want[i]) || got[i] == want[i]) continue;
            var off = Math.Abs(got[i] - want[i]) / within.Unit(Math.Max(Math.Abs(want[i]), scale?[i] ?? 0));
            Tally.Deviation(within, off, c);
            Assert.True(off <= within.Most,
                $"{c.At}: {what}[{i}] is {got[i]:R}, torch has {want[i]:R}: "
                + $"off by {off:G3}, at most {within.Most:G3} allowed in {within.Name}.");
        }
    }

    /// <summary>For each number of an array, the largest finite size in it:
    /// the scale of arrays whose elements come from dot products over all of them.</summary>
    public static double[] Size(double[] array) =>
        Array.ConvertAll(array, _ => array.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
}
