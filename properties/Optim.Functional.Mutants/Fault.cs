namespace Optim.Functional.Mutants;

/// <summary>Where a fault is.</summary>
public enum Site
{
    /// <summary>One of the constants that are made as the rule is bound, in any path.</summary>
    Constant,
    /// <summary>One of the operations of a path.</summary>
    Operation,
    /// <summary>One of the slots of a path.</summary>
    Slot,
    /// <summary>θ', which is not stored.</summary>
    Parameter,
}

/// <summary>One thing wrong with a formula.</summary>
/// <param name="Site">Where.</param>
/// <param name="Path">In which path through the formula, that is, with which options it was compiled; empty for a constant.</param>
/// <param name="Number">Which of them, from 0 on.</param>
/// <param name="Kind">What of <see cref="Wrong"/>, from 1 on.</param>
public sealed record Fault(Site Site, string Path, int Number, int Kind);

/// <summary>What was seen of a rule as it ran.</summary>
public sealed class Seen
{
    /// <summary>How many constants were made as it was bound.</summary>
    public int Constants { get; set; }

    /// <summary>The operations of each path and its number of slots.</summary>
    public Dictionary<string, (Op[] Operations, int Slots)> Paths { get; } = [];

    /// <summary>The paths whose operations are all there, those of the application too.</summary>
    internal HashSet<string> Applied { get; } = [];
}
