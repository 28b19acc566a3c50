namespace Optim.Functional.Cli;

/// <summary>The name a mistyped one was meant to be.</summary>
internal static class Nearest
{
    public static string Hint(string got, IEnumerable<string> names, string prefix = "") =>
        To(got, names) is { } name ? $"; did you mean '{prefix}{name}'?" : "";

    /// <summary>The name of the fewest edits, if these are few beside its length.</summary>
    public static string? To(string got, IEnumerable<string> names) => names
        .Select(name => (Name: name, Edits: Edits(got.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(x => x.Edits <= Math.Max(1, x.Name.Length / 3))
        .OrderBy(x => x.Edits)
        .Select(x => x.Name)
        .FirstOrDefault();

    // Optimal string alignment distance: insert, delete, replace, swap neighbours.
    static int Edits(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
