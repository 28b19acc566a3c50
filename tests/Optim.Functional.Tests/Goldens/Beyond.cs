namespace Optim.Functional.Tests.Goldens;

/// <summary>The rules of tests/goldens-beyond, under their authors' names, and how an author's options are said here.</summary>
static class Beyond
{
    static readonly Dictionary<string, (Type Rule, Func<IRule, Dictionary<string, object?>, IRule> Stages)> all = new()
    {
        ["Lion"] = (typeof(Lion), (rule, _) => rule),
        ["Lamb"] = (typeof(LAMB), Clipped),
        ["AdamWScheduleFree"] = (typeof(ScheduleFreeAdamW), (rule, _) => rule),
        ["Prodigy"] = (typeof(Prodigy), (rule, _) => rule),
        ["CautiousAdamW"] = (typeof(UncorrectedEpsAdamW), (rule, _) => rule.Cautious()),
        ["SOAP"] = (typeof(SOAP), (rule, _) => rule),
        ["DistributedShampoo(classic)"] = (typeof(Shampoo), (rule, _) => rule),
        ["DistributedShampoo(KL)"] = (typeof(Shampoo), (rule, _) => rule),
        ["CautiousLion"] = (typeof(Lion), (rule, _) => rule.With(new Cautious(PlusOne: true))),
    };

    static IRule Clipped(IRule rule, Dictionary<string, object?> options) =>
        options["max_grad_norm"] is double most ? rule.With(new ClipNorm(most, Eps: 0)) : rule;

    /// <summary>Options that are a stage here, or another option, or have one value only: see <see cref="Differences.Stands"/>.</summary>
    static readonly string[] said =
    [
        "max_grad_norm", "corrected_weight_decay", "slice_p", "data_format",
        "preconditioner_config", "grafting_config", "iterate_averaging_config",
    ];

    /// <summary>What an author keeps in a group that is no state here: follows from the rest, or is the caller's to know.</summary>
    static readonly string[] derived = ["train_mode", "scheduled_lr", "d_denom", "d_hat"];

    public static RuleInfo? Find(string name) => all.TryGetValue(name, out var found) ? RuleInfo.Of(found.Rule) : null;

    /// <summary>Whether an option that the rule does not have is said in another way.</summary>
    public static bool Says(string option) => said.Contains(option);

    /// <summary>The rule with the author's options and defaults, and the stages that the author's code has around it.</summary>
    public static IRule Create(Golden c)
    {
        var given = c.Has("defaults") ? c.Json.GetProperty("defaults").Options() : [];
        foreach (var (option, value) in c.Json.GetProperty("options").Options()) given[option] = value;
        if (all[c.Optimizer].Rule == typeof(Shampoo)) given = ShampooOptions.Of(given);
        return all[c.Optimizer].Stages(c.Rule.Create(Options(given)), given);
    }

    /// <summary>The rule's own options.</summary>
    public static Dictionary<string, object?> Options(Dictionary<string, object?> given)
    {
        var options = given.Where(o => !Says(o.Key)).ToDictionary();
        if (given.GetValueOrDefault("corrected_weight_decay") is true) options["peak_lr"] = given["lr"];
        return options;
    }

    /// <summary>A shared scalar that the author's code has, if it is state here too.</summary>
    public static bool IsState(string key) => !derived.Contains(key);

    public static IEnumerable<string> Faults(Golden c)
    {
        if (c.IsPreconditioned) yield break;
        var rule = (IGradientRule)Plan.Of(Create(c)).Rule;
        var state = c.Json.GetProperty("group_state").EnumerateArray().SelectMany(g => g.EnumerateObject());
        foreach (var key in state.Select(e => e.Name).Distinct())
            if (IsState(key) && !rule.ModelScalars.Contains(key)) yield return $"no test looks at the group state '{key}'.";
        foreach (var key in c.Json.GetProperty("global_state").EnumerateObject())
            yield return $"no test looks at the global state '{key.Name}'.";
        foreach (var option in c.Json.GetProperty("defaults").EnumerateObject().Select(o => o.Name))
            if (!Says(option) && !c.Rule.Options.Any(o => o.Name == option)) yield return $"{c.Optimizer} has no option '{option}'.";
        if (c.Has("mode_calls") && rule is not IView) yield return "mode calls are of a rule that has a view.";
    }
}
