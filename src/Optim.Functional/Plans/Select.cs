namespace Optim.Functional;

/// <summary>Some of the parameters, by name or by shape.</summary>
/// <param name="Name">Their name, with * for any run of characters and | between several; null: any.</param>
/// <param name="Rank">How many dimensions they have; null: any.</param>
public sealed record Select(string? Name = null, int? Rank = null)
{
    /// <summary>Those of two dimensions.</summary>
    public static Select Matrices { get; } = new(Rank: 2);

    /// <summary>Those of one dimension.</summary>
    public static Select Vectors { get; } = new(Rank: 1);

    /// <summary>Those of a name, with * for any run of characters, or of several with | between: <c>*.bias</c>,
    /// <c>wte.weight|lm_head.*</c>.</summary>
    public static Select Named(string name) => new(name ?? throw Fault.Null("the name"));

    /// <summary>Whether a parameter of this name and shape is one of them.</summary>
    public bool Matches(string? name, IReadOnlyList<int> shape) =>
        (Rank is null || Rank == shape.Count) && (Name is null || (name is not null && MatchesAny(Name, name)));

    static bool MatchesAny(ReadOnlySpan<char> patterns, ReadOnlySpan<char> name)
    {
        foreach (var one in patterns.Split('|'))
            if (Matches(patterns[one], name)) return true;
        return false;
    }

    static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0) return pattern.SequenceEqual(name);
        if (!name.StartsWith(pattern[..star])) return false;
        for (var rest = name[star..]; ; rest = rest[1..])
        {
            if (Matches(pattern[(star + 1)..], rest)) return true;
            if (rest.IsEmpty) return false;
        }
    }

    /// <summary>In words.</summary>
    public override string ToString() => (Name, Rank) switch
    {
        (null, null) => "all",
        (_, null) => $"'{Name}'",
        (null, _) => $"of {Rank} dimensions",
        _ => $"'{Name}' of {Rank} dimensions",
    };
}
