namespace Optim.Functional.Mutants;

/// <summary>Where a fault is.</summary>
public enum Site
{
    /// <summary>One of the constants that are made as a formula is bound, in any path.</summary>
    Constant,
    /// <summary>One of the operations of a path.</summary>
    Operation,
    /// <summary>One of the slots of a path.</summary>
    Slot,
    /// <summary>What the path gives: θ', which is not stored; of a pass 0 in its place; of a sum one of its terms, 0.</summary>
    Result,
}

/// <summary>One thing wrong with a formula.</summary>
/// <param name="Site">Where.</param>
/// <param name="Path">In which formula and path through it, that is, with which options it was compiled;
/// of a constant the formula alone.</param>
/// <param name="Number">Which of them, from 0 on.</param>
/// <param name="Kind">What of <see cref="Wrong"/>, from 1 on.</param>
public sealed record Fault(Site Site, string Path, int Number, int Kind);

/// <summary>What a path through a formula has.</summary>
/// <param name="Operations">Its operations, in order.</param>
/// <param name="Slots">How many slots.</param>
/// <param name="Results">How many results.</param>
/// <param name="Writes">Whether it writes its slots.</param>
public sealed record Way(Op[] Operations, int Slots, int Results, bool Writes = true);

/// <summary>What was seen of a rule as it ran.</summary>
public sealed class Seen
{
    /// <summary>How many constants were made as each formula was bound: the rule's own has the name "", a pass its type's.</summary>
    public Dictionary<string, int> Constants { get; } = [];

    /// <summary>The paths: of the rule's own formula the flags, before those of a pass its name.</summary>
    public Dictionary<string, Way> Paths { get; } = [];

    /// <summary>The paths whose operations are all there, those of the application too.</summary>
    internal HashSet<string> Applied { get; } = [];
}

/// <summary>How paths are named.</summary>
static class Paths
{
    /// <summary>The flags among a formula's type arguments.</summary>
    public static string Flags(Type formula) => string.Join(' ', formula.GetGenericArguments().Skip(1).Select(flag => flag.Name));

    /// <summary>A formula's path.</summary>
    public static string Of(string formula, string flags) => formula.Length == 0 ? flags : $"{formula}: {flags}";
}
