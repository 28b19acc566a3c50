using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>A copy of an optimizer's state and options, laid out as torch's <c>state_dict()</c>.</summary>
/// <remarks>
/// Values are <see cref="NDArray"/>, long, double, bool, string, null, or a list of these.
/// The state is keyed by the parameter's number over all groups;
/// a group holds its options, <c>params</c> (numbers) and, where they are named, <c>param_names</c>.
/// </remarks>
[JsonConverter(typeof(StateDictJson))]
public sealed partial class StateDict
{
    /// <summary>A state dict of these parts; nothing is copied.</summary>
    /// <param name="state">Entries of each parameter that has any, by its number over all groups.</param>
    /// <param name="groups">Options of each group, <c>params</c> (int[]) and, where they are named, <c>param_names</c> (string[]).</param>
    /// <param name="rule">Name of the rule; null where it is not known.</param>
    /// <param name="plan">Steps and stages; null where they are not known.</param>
    /// <exception cref="ArgumentException">A group has no <c>params</c>, or names for others than its parameters.</exception>
    public StateDict(
        IReadOnlyDictionary<int, IReadOnlyDictionary<string, object?>> state,
        IReadOnlyList<IReadOnlyDictionary<string, object?>> groups,
        string? rule = null, IReadOnlyDictionary<string, object?>? plan = null)
    {
        (State, ParamGroups) = (state ?? throw Fault.Null("the state"), groups ?? throw Fault.Null("the groups"));
        (Rule, Plan) = (rule, plan);
        for (var g = 0; g < groups.Count; g++)
            if (groups[g].GetValueOrDefault("params") is not int[] numbers) throw Fault.GroupWithoutParams(g);
            else if (groups[g].GetValueOrDefault("param_names") is { } names && (names as string[])?.Length != numbers.Length)
                throw Fault.GroupNames(g, numbers.Length);
    }

    /// <summary>Name of the rule that made it; null where that was not saved, as torch does not.</summary>
    public string? Rule { get; }

    /// <summary>Steps made and the stages around the rule, with their options; null where that was not saved, as torch does not.</summary>
    public IReadOnlyDictionary<string, object?>? Plan { get; }

    /// <summary>State of each parameter that has one, by its number.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<string, object?>> State { get; }

    /// <summary>Options and parameters of each group.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, object?>> ParamGroups { get; }
}

/// <summary>What loading found.</summary>
/// <param name="Loaded">Labels of the parameters whose saved state was taken.</param>
/// <param name="Differences">One sentence for each thing that did not fit.</param>
/// <param name="Changed">One sentence for each option that was taken over, and was another before: <c>group 0: lr is 0.1 now, was
/// 0.01</c>.</param>
public sealed record LoadReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Differences, IReadOnlyList<string> Changed)
{
    /// <summary>Whether everything fitted.</summary>
    public bool Complete => Differences.Count == 0;

    /// <summary>The number loaded, then the differences and what has changed, one on a line.</summary>
    public override string ToString() =>
        $"{Loaded.Count} parameters loaded" + string.Concat(Differences.Concat(Changed).Select(d => $"{Environment.NewLine}{d}"));
}
