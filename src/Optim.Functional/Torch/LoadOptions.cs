using static System.FormattableString;

namespace Optim.Functional;

/// <summary>The options of a group, and what its parameters share.</summary>
sealed partial class LoadPlan
{
    static readonly string[] BesideOptions = ["params", "param_names", "rule"];
    static readonly HashSet<string> optionsOfRules = [.. Registry.All.SelectMany(r => r.Options).Select(o => o.Name)];

    /// <summary>The group's rule with the saved options; a missing one stays as it is, and so does one that is refused.</summary>
    IRule Options(ParamGroup group, int number, IReadOnlyDictionary<string, object?> saved)
    {
        var (known, rule) = (RuleInfo.Of(group.Rule.GetType()), group.Rule);
        var options = group.Options.ToDictionary();
        var shared = rule is IGradientRule g ? SharedOf(g, group.Shared, saved) : [];
        if (shared.Count > 0) Shared.Add((group, Scalars.Of(i => shared[i], shared.Count)));
        if (saved.GetValueOrDefault("rule") is string other && other != rule.Name)
            Differences.Add($"group {number} is of {other} in the saved state, of {rule.Name} in the optimizer");
        var kept = new Dictionary<string, object?>();
        foreach (var (name, value) in saved)
            if (options.TryGetValue(name, out var own)) options[name] = own is double && One(value) is { } one ? one : value;
            else if (BesideOptions.Contains(name) || (rule is IGradientRule { ModelScalars: var keys } && keys.Contains(name))) continue;
            else if (rule is (AdamW or NAdamW) && name == "decoupled_weight_decay")
            {
                if (value is not true)
                    Differences.Add($"group {number}: decoupled_weight_decay is not true in the saved state: that is "
                        + $"{rule.GetType().BaseType!.Name}, and not {known.Name}");
            }
            else if (optionsOfRules.Contains(name))
                Differences.Add($"group {number} has the option '{name}' in the saved state, which {known.Name} has not");
            else kept[name] = value;
        extras.Add((group, kept));
        if (options.Count == 0) return rule;
        try { return known.Create(options); }
        catch (ArgumentException together)
        {
            // One by one, so that all that is wrong is listed and the rest can be taken.
            var before = Differences.Count;
            foreach (var (name, value) in options)
                try { rule = known.With(rule, name, value); }
                catch (ArgumentException alone) { Differences.Add($"group {number}: {alone.Message.TrimEnd('.')}"); }
            if (Differences.Count == before) Differences.Add($"group {number}: {together.Message.TrimEnd('.')}");
            return rule;
        }
    }

    /// <summary>A number, also one that was saved as a tensor, as torch takes learning rates.</summary>
    static double? One(object? value) =>
        Number(value is System.Collections.IEnumerable many and not NDArray and not string
            && many.Cast<object?>().Take(2).ToArray() is [var only] ? only : value);

    void NoteChanges(ParamGroup group, int number, IRule rule)
    {
        var before = group.Options;
        foreach (var (option, value) in RuleInfo.Of(rule.GetType()).Read(rule))
            if (RuleInfo.Text(value) is var now && RuleInfo.Text(before[option]) is var was && now != was)
                Changed.Add(Invariant($"group {number}: {option} is {now} now, was {was}"));
    }

    /// <summary>The scalars that a group shares; where the saved one lacks one, ours stays.</summary>
    List<double> SharedOf(IGradientRule rule, Scalars ours, IReadOnlyDictionary<string, object?> saved)
    {
        var values = new List<double>();
        foreach (var key in rule.ModelScalars)
        {
            var number = Number(saved.GetValueOrDefault(key));
            if (number is null) Differences.Add($"the saved state has no number '{key}' in its groups, which {rule.Name} needs");
            values.Add(number ?? ours[values.Count]);
        }
        return values;
    }
}
