using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Which properties, options, problems and situations the tests look at.
/// Anything else is a fault: what nobody handles must not pass.</summary>
static class Schema
{
    static readonly string[] Every = ["optimizer", "torch_version", "other_versions"];
    static readonly string[] Run =
    [
        .. Every,
        "name",
        "options",
        "groups",
        "dtype",
        "default_dtype",
        "params",
        "grads",
        "events",
        "trajectory",
        "state",
        "error",
        "problem", "problem_formula", "problem_data", "losses", "perturbation_1e-14"];
    static readonly string[] RunOfMuon = ["float64_ns_trajectory", "float64_ns_max_abs_diff"];
    static readonly string[] RunPreconditioned =
    [
        "float64_trajectory", "float64_states", "float64_vs_published_max_rel", "nudge_1e-13_max_rel",
        "basis_sensitivity", "basis_dependent_state", "reproducible", "noise", "precond_updates", "balance_steps", "source", "licence",
    ];
    static readonly string[] RunBeyond =
        ["defaults", "group_state", "global_state", "own_replay_max_rel", "mode_calls", "source", "licence",
            "hessian_updates", "step_args", "previous_grads"];

    static readonly Dictionary<Kind, string[]> Properties = new()
    {
        [Kind.Replay] = [.. Run, .. RunOfMuon],
        [Kind.Lbfgs] = [.. Run, "evals", "loss_sign", "perturbation_same_counts"],
        [Kind.ConstantClosure] = [.. Run, "closure"],
        [Kind.Validation] = [.. Every, "options", "situation", "error"],
        [Kind.Scheduler] =
        [
            .. Every, "name", "scheduler", "options", "optimizer_options", "base_lrs", "lrs", "momenta", "step_args", "metrics", "children",
            "last_epoch", "initial_lrs", "error",
        ],
        [Kind.Clipping] = ["torch_version", "other_versions", "name", "fn", "args", "dtype", "grads", "total_norm", "result", "error"],
        [Kind.Averaging] =
        [
            "torch_version", "other_versions", "name", "kind", "decay", "multi_avg_fn", "use_buffers", "dtype", "tensors", "shapes", "initial", "updates",
        ],
        [Kind.Defaults] = [.. Every, "defaults", "lr_required", "param_group_keys", "state_dict_param_groups"],
    };

    /// <summary>A line's own name, or its place, optimizer and version.</summary>
    public static string NameOf(JsonElement line, int i) =>
        line.ValueKind == JsonValueKind.Object
        && line.TryGetProperty("name", out var name)
        && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : string.Join(
                " ",
                new[] { $"{i + 1}", Text(line, "optimizer"), Text(line, "situation"), Options(line) }.Where(t => t.Length > 0));

    static string Text(JsonElement line, string key) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(key, out var v) ? v.ToString() : "";
    static string Options(JsonElement line) => Text(line, "options") is var text && text != "{}" ? text.Replace("\"", "") : "";

    public static IEnumerable<string> Faults(Golden c)
    {
        if (c.Kind == Kind.Unknown)
        {
            var has =
                c.Json.ValueKind == JsonValueKind.Object
                    ? $"; it has {string.Join(", ", c.Json.EnumerateObject().Select(p => p.Name))}"
                    : "";
            yield return $"no test knows what to do with it{has}.";
            yield break;
        }
        if (c.Kind is Kind.Roots) yield break;
        foreach (var p in c.Json.EnumerateObject())
            if (!Properties[c.Kind].Contains(p.Name) && !(c.IsBeyond && RunBeyond.Contains(p.Name))
                && !(c.IsPreconditioned && RunPreconditioned.Contains(p.Name)))
                yield return $"no test looks at '{p.Name}'.";
        if (c.LeftOut is not null) yield break;
        if (c.Kind is Kind.Clipping or Kind.Averaging)
        {
            if (GradientTests.Unknown(c) is { } what) yield return what;
            yield break;
        }
        if (c.Found is null) { yield return $"there is no optimizer {c.Optimizer}."; yield break; }
        if (c.Kind is Kind.Scheduler)
        {
            if (SchedulerTests.Unknown(c) is { } unknown) yield return unknown;
            yield break;
        }
        foreach (var option in OptionsOf(c))
            if (!c.Rule.Options.Any(o => o.Name == option) && !Goldens.Json.ExecutionFlags.Contains(option)
                && !(c.IsBeyond && Beyond.Says(option)))
                yield return $"{c.Optimizer} has no option '{option}'.";
        if (c.Kind is Kind.Validation)
        {
            if (c.Has("situation") && !Situations.Known.Contains(Text(c.Json, "situation")))
                yield return $"no test makes the situation '{Text(c.Json, "situation")}'.";
            yield break;
        }
        if (c.Kind is Kind.Defaults) yield break;
        foreach (var key in (string[])["dtype", "default_dtype"])
            if (Text(c.Json, key) is not ("float32" or "float64")) yield return $"{key} is '{Text(c.Json, key)}'.";
        if (c.IsBeyond)
            foreach (var fault in Beyond.Faults(c)) yield return fault;
        if (c.HasProblem && !Problem.Known.Contains(Text(c.Json, "problem")))
            yield return $"no test knows the problem '{Text(c.Json, "problem")}'.";
        if (c.Kind is Kind.ConstantClosure && Text(c.Json, "closure") != "constant 10, gradients untouched")
            yield return $"no test knows the closure '{Text(c.Json, "closure")}'.";
        if (c.Rule.ClosureDriven != (c.Kind is Kind.Lbfgs) && c.Kind is not Kind.ConstantClosure)
            yield return "the kind of case does not go with the kind of optimizer.";
    }

    static IEnumerable<string> OptionsOf(Golden c)
    {
        if (c.Kind is Kind.Defaults) return [];
        var all = c.Json.GetProperty("options").EnumerateObject();
        var groups = c.HasGroups
            ? c.Json.GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("options").EnumerateObject())
            : [];
        var events = c.HasEvents
            ? c.Json.GetProperty("events").EnumerateArray().SelectMany(e => e.GetProperty("set").EnumerateObject())
            : [];
        return all.Concat(groups).Concat(events).Select(o => o.Name).Distinct();
    }
}
