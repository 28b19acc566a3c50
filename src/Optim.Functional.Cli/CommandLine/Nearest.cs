namespace Optim.Functional.Cli;

/// <summary>The name a mistyped one was meant to be.</summary>
internal static class Nearest
{
    public static string Hint(string got, IEnumerable<string> names, string prefix = "") =>
        To(got, names) is { } name ? $"; did you mean '{prefix}{name}'" : "";

    /// <summary>The name of the fewest edits, if these are few beside its length.</summary>
    public static string? To(string got, IEnumerable<string> names) => names
        .Select(name => (Name: name, Edits: Edits(got.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(x => x.Edits <= Math.Max(1, x.Name.Length / 3))
        .OrderBy(x => x.Edits)
        .Select(x => x.Name)
        .FirstOrDefault();

    public static string AlgorithmHint(string got, IEnumerable<string> names) =>
        names.FirstOrDefault(name => Misspells(got, name)) is { } name ? $"; did you mean '{name}'" : "";

    /// <summary>Whether this is that algorithm's name with letters swapped, doubled or joined by signs, or a long one with a slip
    /// inside.</summary>
    /// <remarks>A letter more, less or changed makes another algorithm's name of a short one: Adan, AdamX and NAdamW are no misspelt
    /// Adam.</remarks>
    static bool Misspells(string got, string name)
    {
        const int Long = 8;
        var (a, b) = (Letters(got), Letters(name));
        if (a.Length == 0 || a == b) return a == b;
        var edits = Edits(a, b);
        return a.Order().SequenceEqual(b.Order()) ? edits <= Math.Max(1, b.Length / 3)
            : b.Length >= Long && edits == 1 && a[0] == b[0] && a[^1] == b[^1];
    }

    // In lower case, each run of the same letter as one.
    static string Letters(string name)
    {
        var letters = name.ToLowerInvariant().Where(char.IsLetterOrDigit).ToArray();
        return string.Concat(letters.Where((letter, i) => i == 0 || letter != letters[i - 1]));
    }

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
