namespace Optim.Functional.Rules;

/// <summary>One array that a rule keeps for a parameter.</summary>
/// <param name="Key">Its name in torch's spelling: <c>exp_avg</c>.</param>
public sealed record SlotSpec(string Key)
{
    /// <summary>Its shape, of the parameter's; null: the parameter's own. The elements are the parameter's type.</summary>
    public Func<IReadOnlyList<int>, int[]>? Shape { get; init; }

    /// <summary>Whether its first value is the parameter's own; else <see cref="IGradientRule.First"/> says it.</summary>
    public bool StartsAtParameter { get; init; }

    /// <summary>A slot of the parameter's shape that is always there.</summary>
    public static implicit operator SlotSpec(string key) => new(key);
}
