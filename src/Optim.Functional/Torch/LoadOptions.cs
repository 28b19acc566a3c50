namespace Optim.Functional;

/// <summary>The options of a group, and what its parameters share.</summary>
sealed partial class LoadPlan
{
    static readonly string[] BesideOptions =
    [
        "params",
        "param_names",
        "initial_lr",
        "foreach",
        "fused",
        "capturable",
        "differentiable",
        "decoupled_weight_decay",
    ];

    /// <summary>The group's rule with the saved options; a missing one stays as it is, and so does one that is refused.</summary>
    IRule Options(ParamGroup group, int number, IReadOnlyDictionary<string, object?> saved)
    {
        var (known, rule) = (RuleInfo.Of(group.Rule.GetType()), group.Rule);
        var options = group.Options.ToDictionary();
        var shared = rule is IGradientRule g ? SharedOf(g, group.Shared, saved) : [];
        if (shared.Count > 0) Shared.Add((group, Scalars.Of(i => shared[i], shared.Count)));
        if (saved.GetValueOrDefault("rule") is string other && other != rule.Name)
            Differences.Add($"group {number} is of {other} in the saved state, of {rule.Name} in the optimizer");
        foreach (var (name, value) in saved)
            if (options.ContainsKey(name)) options[name] = value;
            else if (name == "rule" || (rule is IGradientRule { ModelScalars: var keys } && keys.Contains(name))) continue;
            else if (!BesideOptions.Contains(name))
                Differences.Add($"group {number} has the option '{name}' in the saved state, which {known.Name} has not");
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
