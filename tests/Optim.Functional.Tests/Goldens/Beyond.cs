using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>The rules of tests/goldens-beyond, under their authors' names, and how an author's options are said here.</summary>
static class Beyond
{
    static readonly Dictionary<string, (Type Rule, Func<IRule, Golden, IRule> Stages)> all = new()
    {
        ["Lion"] = (typeof(Lion), (rule, _) => rule),
        ["Lamb"] = (typeof(LAMB), Clipped),
        ["Lars"] = (typeof(LARS), (rule, _) => rule),
        ["Adan"] = (typeof(Adan), ClippedBesideEps),
        ["AdaBelief"] = (typeof(AdaBelief), (rule, _) => rule),
        ["AdEMAMix"] = (typeof(AdEMAMix), (rule, _) => rule),
        ["ADOPT"] = (typeof(ADOPT), (rule, _) => rule),
        ["SGDScheduleFree"] = (typeof(ScheduleFreeSGD), (rule, _) => rule),
        ["SophiaG"] = (typeof(SophiaG), (rule, _) => rule),
        ["MARS"] = (typeof(MARS), (rule, _) => rule),
        ["AdamWScheduleFree"] = (typeof(ScheduleFreeAdamW), (rule, _) => rule),
        ["Prodigy"] = (typeof(Prodigy), (rule, _) => rule),
        ["CautiousAdamW"] = (typeof(UncorrectedEpsAdamW), (rule, _) => rule.Cautious()),
        ["SOAP"] = (typeof(SOAP), (rule, _) => rule),
        ["DistributedShampoo(classic)"] = (typeof(Shampoo), (rule, _) => rule),
        ["DistributedShampoo(KL)"] = (typeof(Shampoo), (rule, _) => rule),
        ["PSGDKron(kron_torch)"] = (typeof(PSGDKron), (rule, _) => rule),
        ["CautiousLion"] = (typeof(Lion), (rule, _) => rule.With(new Cautious(PlusOne: true))),
    };

    static IRule Clipped(IRule rule, Golden c) =>
        Given(c)["max_grad_norm"] is double most ? rule.With(new ClipNorm(most, Eps: 0)) : rule;

    /// <summary>Adan's norm has the last group's eps beside it.</summary>
    static IRule ClippedBesideEps(IRule rule, Golden c)
    {
        var given = Given(c);
        var eps = (double)(c.Groups[^1].Options.GetValueOrDefault("eps") ?? given["eps"])!;
        return given["max_grad_norm"] is double most and > 0 && !c.SingleScalars ? rule.With(new ClipNorm(most, eps)) : rule;
    }

    /// <summary>Adan's authors add up the norm in torch's default type, and scale by a number of it: there, and only there, gradients are
    /// scaled as they do it.</summary>
    public static double? SingleScale(Golden c, JsonElement grads)
    {
        if (c.Optimizer != "Adan" || !c.SingleScalars || Given(c)["max_grad_norm"] is not (double most and > 0)) return null;
        var squares = 0f;
        foreach (var g in grads.EnumerateArray())
            if (g.ValueKind == JsonValueKind.Array) squares += (float)g.Doubles().Sum(x => x * x);
        return MathF.Min((float)most / MathF.Sqrt(squares), 1);
    }

    /// <summary>Options that are a stage here, or another option, or have one value only: see <see cref="Differences.Stands"/>.</summary>
    static readonly string[] said =
    [
        "max_grad_norm", "corrected_weight_decay", "slice_p", "clip_lambda", "lr_1d", "data_format",
        "preconditioner_config", "grafting_config", "iterate_averaging_config", "precond_dtype",
    ];

    /// <summary>What an author keeps in a group that is no state here: follows from the rest, or is the caller's to know.</summary>
    static readonly string[] derived = ["train_mode", "scheduled_lr", "d_denom", "d_hat", "step_num", "lr_1d_factor"];

    public static RuleInfo? Find(string name) => all.TryGetValue(name, out var found) ? RuleInfo.Of(found.Rule) : null;

    /// <summary>Whether an option that the rule does not have is said in another way.</summary>
    public static bool Says(string option) => said.Contains(option);

    /// <summary>The rule with the author's options and defaults, and the stages that the author's code has around it.</summary>
    public static IRule Create(Golden c) => all[c.Optimizer].Stages(c.Rule.Create(Options(Given(c))), c);

    /// <summary>The author's options and defaults.</summary>
    static Dictionary<string, object?> Given(Golden c)
    {
        var given = c.Has("defaults") ? c.Json.GetProperty("defaults").Options() : [];
        foreach (var (option, value) in c.Json.GetProperty("options").Options()) given[option] = value;
        if (c.Has("step_args"))
            foreach (var (option, value) in c.Json.GetProperty("step_args").Options()) given[option] = value;
        return all[c.Optimizer].Rule == typeof(Shampoo) ? ShampooOptions.Of(given) : given;
    }

    /// <summary>The rule's own options.</summary>
    public static Dictionary<string, object?> Options(Dictionary<string, object?> given)
    {
        var options = given.Where(o => !Says(o.Key)).ToDictionary();
        if (given.GetValueOrDefault("corrected_weight_decay") is true) options["peak_lr"] = given["lr"];
        if (given.TryGetValue("lr_1d", out var rate)) options["lr_1d_factor"] = (double)rate! / (double)given["lr"]!;
        if (given.TryGetValue("clip_lambda", out var clip))
            (options["clip_lambda"], options["clip_exponent"]) = clip switch
            {
                null => (double.PositiveInfinity, 0.0),
                Dictionary<string, object?> c when c["kind"] is "pow" => (1, (double)c["exponent"]!),
                Dictionary<string, object?> c => ((double)c["value"]!, 0),
                _ => throw new FormatException($"clip_lambda is {clip}."),
            };
        return options;
    }

    /// <summary>A shared scalar that the author's code has, if it is state here too.</summary>
    public static bool IsState(string key) => !derived.Contains(key);

    /// <summary>The gradients that are observed between step t and the next.</summary>
    public static IEnumerable<JsonElement> ObservedAfter(Golden c, int t)
    {
        if (c.Has("previous_grads") && t > 0) yield return c.Json.GetProperty("previous_grads")[t - 1];
        if (!c.Has("hessian_updates")) yield break;
        foreach (var update in c.Json.GetProperty("hessian_updates").EnumerateArray())
            if (update.Whole("after_step") == t) yield return update.GetProperty("grads");
    }

    public static IEnumerable<string> Faults(Golden c)
    {
        if (c.IsPreconditioned) yield break;
        var rule = (IGradientRule)Plan.Of(Create(c)).Rule;
        var state = c.Json.GetProperty("group_state").EnumerateArray().SelectMany(g => g.EnumerateObject());
        foreach (var key in state.Select(e => e.Name).Distinct())
            if (IsState(key) && !rule.ModelScalars.Contains(key)) yield return $"no test looks at the group state '{key}'.";
        foreach (var key in c.Json.GetProperty("global_state").EnumerateObject().Where(e => IsState(e.Name)))
            yield return $"no test looks at the global state '{key.Name}'.";
        foreach (var option in c.Json.GetProperty("defaults").EnumerateObject().Select(o => o.Name))
            if (!Says(option) && !c.Rule.Options.Any(o => o.Name == option)) yield return $"{c.Optimizer} has no option '{option}'.";
        if ((c.Has("hessian_updates") || c.Has("previous_grads")) && rule is not IObservingRule)
            yield return "other gradients are of a rule that observes some.";
        if (c.Has("mode_calls") && rule is not IView) yield return "mode calls are of a rule that has a view.";
    }
}
