namespace Optim.Functional;

/// <summary>What loading a state dict would change, worked out in full before anything is changed.</summary>
sealed class LoadPlan
{
    static readonly string[] BesideOptions = ["params", "param_names", "initial_lr", "foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"];

    public List<string> Differences { get; } = [];
    public List<string> Loaded { get; } = [];
    public List<(ParamGroup Group, IRule Rule)> Rules { get; } = [];
    public List<(ParamGroup Group, int Index, ParameterState State)> States { get; } = [];
    public LbfgsMemory? Memory { get; private set; }

    public LoadPlan(List<ParamGroup> groups, StateDict saved)
    {
        if (saved.ParamGroups.Count != groups.Count)
            Differences.Add($"the saved state has {saved.ParamGroups.Count} parameter groups, the optimizer {groups.Count}");
        for (var g = 0; g < Math.Min(groups.Count, saved.ParamGroups.Count); g++) Rules.Add((groups[g], Options(groups[g], g, saved.ParamGroups[g])));

        var ours = groups.SelectMany(group => group.Members.Select((p, i) => (group, i, p))).ToArray();
        var numbers = Match(groups, ours, saved);
        if (groups[0].Rule is IClosureRule)
        {
            Memory = saved.State.TryGetValue(0, out var together) ? ReadMemory(together, ours.Sum(o => o.p.Value.Length), ours[0].p.Value) : LbfgsMemory.Empty;
            if (Memory is not null) Loaded.AddRange(ours.Select((o, n) => Label(o.p, n)));
            return;
        }
        for (var n = 0; n < ours.Length; n++)
        {
            if (numbers[n] < 0) continue;
            var (group, i, p) = ours[n];
            var rule = (IElementwiseRule)(Rules.FirstOrDefault(r => r.Group == group).Rule ?? group.Rule);
            var state = saved.State.TryGetValue(numbers[n], out var entries) ? Read(rule, Label(p, n), p.Value, entries) : Absent(rule, Label(p, n), p.Value);
            if (state is null) continue;
            States.Add((group, i, state));
            Loaded.Add(Label(p, n));
        }
        foreach (var number in saved.State.Keys.Except(numbers)) Differences.Add($"there is a saved state for parameter {number}, which the optimizer has not");
    }

    static string Label(Parameter p, int n) => p.Name ?? $"parameter {n}";

    /// <summary>For each of our parameters its number in the saved state, or -1.</summary>
    int[] Match(List<ParamGroup> groups, (ParamGroup, int, Parameter p)[] ours, StateDict saved)
    {
        var theirs = saved.ParamGroups.Select(g => Numbers(g)).ToArray();
        if (ours[0].p.Name is not null && saved.ParamGroups.All(g => g.GetValueOrDefault("param_names") is System.Collections.IEnumerable and not string))
        {
            var byName = new Dictionary<string, int>();
            for (var g = 0; g < theirs.Length; g++)
                foreach (var (name, number) in ((System.Collections.IEnumerable)saved.ParamGroups[g]["param_names"]!).Cast<object?>().Zip(theirs[g])) byName[$"{name}"] = number;
            Differences.AddRange(byName.Keys.Except(ours.Select(o => o.p.Name!)).Select(name => $"'{name}' is in the saved state, but not in the optimizer"));
            Differences.AddRange(ours.Select(o => o.p.Name!).Except(byName.Keys).Select(name => $"'{name}' is in the optimizer, but not in the saved state"));
            return Array.ConvertAll(ours, o => byName.GetValueOrDefault(o.p.Name!, -1));
        }
        var result = new List<int>();
        for (var g = 0; g < groups.Count; g++)
        {
            var numbers = g < theirs.Length ? theirs[g] : [];
            if (g < theirs.Length && numbers.Length != groups[g].Members.Length)
            {
                Differences.Add($"group {g} has {numbers.Length} parameters in the saved state, {groups[g].Members.Length} in the optimizer; without names they are matched by order, so none of the group is taken");
                numbers = [];
            }
            result.AddRange(groups[g].Members.Select((_, i) => i < numbers.Length ? numbers[i] : -1));
        }
        return [.. result];
    }

    static int[] Numbers(IReadOnlyDictionary<string, object?> group) => group.GetValueOrDefault("params") is System.Collections.IEnumerable list and not string
        ? [.. list.Cast<object?>().Select(n => n is long l ? checked((int)l) : (int)n!)] : [];

    /// <summary>The group's rule with the saved options; a missing one stays as it is.</summary>
    IRule Options(ParamGroup group, int number, IReadOnlyDictionary<string, object?> saved)
    {
        var known = RuleInfo.Of(group.Rule.GetType());
        var options = group.Options.ToDictionary();
        foreach (var (name, value) in saved)
            if (options.ContainsKey(name)) options[name] = value;
            else if (!BesideOptions.Contains(name)) Differences.Add($"group {number} has the option '{name}' in the saved state, which {known.Name} has not");
        if (options.Count == 0) return group.Rule;
        try { return known.Create(options); }
        catch (ArgumentException fault) { Differences.Add($"group {number}: {fault.Message}"); return group.Rule; }
    }

    ParameterState? Absent(IElementwiseRule rule, string label, Tensor θ)
    {
        var state = new ParameterState();
        if (!rule.EagerState) return state;
        Differences.Add($"{label}: there is no saved state, and {rule.Name} has one from the start");
        return null;
    }

    ParameterState? Read(IElementwiseRule rule, string label, Tensor θ, IReadOnlyDictionary<string, object?> entries)
    {
        var before = Differences.Count;
        var slots = new Dictionary<string, Tensor>();
        foreach (var (key, value) in entries)
            if (rule.Slots.Contains(key) || rule.OptionalSlots.Contains(key))
            {
                if (value is not Tensor t) Differences.Add($"{label}: {key} is not a tensor in the saved state");
                else if (!t.SameShape(θ)) Differences.Add($"{label}: {key} has shape {t.ShapeText} in the saved state, the parameter {θ.ShapeText}");
                else slots[key] = θ.Adopt(t);
            }
            else if (!(key == "step" && rule.CountsSteps) && !rule.Scalars.Contains(key)) Differences.Add($"{label}: the saved state has '{key}', which {rule.Name} has not");
        var missing = rule.Slots.Except(rule.OptionalSlots).Where(key => !entries.ContainsKey(key))
            .Concat(rule.Scalars.Append("step").Where(key => (key != "step" || rule.CountsSteps) && Number(entries, key) is null)).ToArray();
        Differences.AddRange(missing.Select(key => $"{label}: the saved state has no '{key}', which {rule.Name} needs"));
        return Differences.Count > before ? null
            : ParameterState.Of(rule, (long)(Number(entries, "step") ?? 0), key => Number(entries, key)!.Value, slots);
    }

    static double? Number(IReadOnlyDictionary<string, object?> entries, string key) => entries.GetValueOrDefault(key) switch
    {
        double d => d,
        long l => l,
        int i => i,
        Tensor { Length: 1 } t => t is Tensor<float> f ? f.Data[0] : t.As<double>().Data[0],
        _ => null,
    };

    LbfgsMemory? ReadMemory(IReadOnlyDictionary<string, object?> e, int length, Tensor like)
    {
        var before = Differences.Count;
        Tensor? Vector(string key, object? value)
        {
            if (value is null) return null;
            if (value is Tensor t && t.Length == length && t.Dims.Length == 1) return like.Adopt(t, t.Dims);
            Differences.Add($"{key} of the saved state is not a vector of {length} elements, the number of all parameters' elements");
            return null;
        }
        Tensor[] List(string key) => e.GetValueOrDefault(key) is System.Collections.IEnumerable list ? [.. list.Cast<object?>().Select(x => Vector(key, x)!)] : [];
        var known = new[] { "func_evals", "n_iter", "d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss" };
        Differences.AddRange(e.Keys.Except(known).Where(key => key != "al").Select(key => $"the saved state has '{key}', which LBFGS has not"));
        Differences.AddRange(new[] { "func_evals", "n_iter" }.Where(key => Number(e, key) is null).Select(key => $"the saved state has no '{key}', which LBFGS needs"));
        var ro = e.GetValueOrDefault("ro") is System.Collections.IEnumerable r ? r.Cast<object?>().Select(x => Number(new Dictionary<string, object?> { ["ro"] = x }, "ro") ?? double.NaN).ToArray() : [];
        var (dirs, steps) = (List("old_dirs"), List("old_stps"));
        if (dirs.Length != steps.Length || dirs.Length != ro.Length)
            Differences.Add($"the saved state has {dirs.Length} old_dirs, {steps.Length} old_stps and {ro.Length} ro, wanted the same number of each");
        var (d, g) = (Vector("d", e.GetValueOrDefault("d")), Vector("prev_flat_grad", e.GetValueOrDefault("prev_flat_grad")));
        return Differences.Count > before ? null : new((int)Number(e, "func_evals")!, (int)Number(e, "n_iter")!, d, Number(e, "t") ?? 0, dirs, steps, ro, Number(e, "H_diag") ?? 1, g, Number(e, "prev_loss") ?? 0);
    }
}
