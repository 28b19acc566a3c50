namespace Optim.Functional.Plots;

/// <summary>Fewer points of a line that look as all of them do.</summary>
static class Thinned
{
    /// <summary>Of each stretch the least and the greatest, and one that is not finite where there is one; the first and the last of
    /// all.</summary>
    /// <param name="points">In order of their steps.</param>
    /// <param name="most">About so many are left.</param>
    public static IReadOnlyList<(long Step, double Value)> Of(IReadOnlyList<(long Step, double Value)> points, int most)
    {
        if (points.Count <= most) return points;
        var each = (points.Count + most / 2 - 1) / (most / 2);
        var kept = new SortedSet<int> { 0, points.Count - 1 };
        for (var from = 0; from < points.Count; from += each)
        {
            var stretch = Enumerable.Range(from, Math.Min(each, points.Count - from)).ToLookup(i => double.IsFinite(points[i].Value));
            if (stretch[true].Any()) kept.UnionWith([stretch[true].MinBy(i => points[i].Value), stretch[true].MaxBy(i => points[i].Value)]);
            if (stretch[false].Any()) kept.Add(stretch[false].First());
        }
        return [.. kept.Select(i => points[i])];
    }
}
