using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What loading a state dict would change, worked out in full before anything is changed.</summary>
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

    public List<string> Differences { get; } = [];
    public List<string> Loaded { get; } = [];
    public List<(ParamGroup Group, IRule Rule)> Rules { get; } = [];
    readonly List<(ParamGroup Group, int Index, ParameterState State)> states = [];
    readonly HashSet<object> ours = new(ReferenceEqualityComparer.Instance);
    public List<(ParamGroup Group, Scalars Shared)> Shared { get; } = [];

    /// <summary>Of a rule that asks for the loss: the solver to go on with, and whether it has nothing to go on from.</summary>
    public object? Solver { get; private set; }
    public bool StartsAfresh { get; private set; }

    public LoadPlan(Plan plan, List<ParamGroup> groups, StateDict saved)
    {
        var name = plan.Name;
        if (saved.Rule is not null && saved.Rule != name) Differences.Add($"the saved state was made by {saved.Rule}");
        if (saved.Plan is not null) Differences.AddRange(SavedPlan.Differences(plan, saved.Plan));
        if (saved.ParamGroups.Count != groups.Count)
            Differences.Add($"the saved state has {saved.ParamGroups.Count} parameter groups, the optimizer {groups.Count}");
        for (var g = 0; g < Math.Min(groups.Count, saved.ParamGroups.Count); g++)
            Rules.Add((groups[g], Options(groups[g], g, saved.ParamGroups[g])));

        var theirs = saved.ParamGroups.Select(g => (int[])g["params"]!).ToArray();
        foreach (var number in saved.State.Keys.Except(theirs.SelectMany(n => n)))
            Differences.Add(Invariant($"the saved state has entries for parameter {number}, which is in none of its groups"));
        var own = groups.SelectMany((group, g) => group.Members.Select((p, i) => new Own(group, g, i, p))).ToArray();
        var names = saved.ParamGroups.Select(g => g.GetValueOrDefault("param_names") as string[]).ToArray();
        var numbers = own[0].P.Name is not null && names.All(n => n is not null) ? ByName(own, theirs, names!) : ByOrder(groups, theirs);
        if (groups[0].Rule is IClosureRule)
        {
            PlanModel(own, numbers, theirs, saved);
            return;
        }
        var rules = Rules.ToDictionary(r => r.Group, r => r.Rule);
        for (var n = 0; n < own.Length; n++)
        {
            if (numbers[n] < 0) continue;
            var (group, _, i, p) = own[n];
            var its = group.Plan.Around(rules.GetValueOrDefault(group) ?? group.Rule);
            var state = saved.State.TryGetValue(numbers[n], out var entries)
                ? Read(its, Label(p, n), p.Value, entries)
                : Absent(its, Label(p, n));
            if (state is null) continue;
            states.Add((group, i, state));
            Loaded.Add(Label(p, n));
        }
    }

    /// <summary>Changes what has been planned: first come copies that take memory, so that where there is none left nothing is
    /// changed.</summary>
    /// <remarks>
    /// A slot that is there already takes over the saved numbers where it stands: so loading again and again takes no more memory. What a
    /// state dict shares with the states
    /// themselves is copied first, as it may be written over before it is read.
    /// </remarks>
    public void Commit()
    {
        foreach (var (group, i, _) in states)
            foreach (var slot in group.States[i].Slots.Values) ours.Add(slot.Storage);
        var next = states.ConvertAll(s => s.State.Copy((key, saved) =>
        {
            var θ = s.Group.Members[s.Index].Value;
            if (!s.Group.States[s.Index].Slots.TryGetValue(key, out var old) || !old.SameShape(saved))
                return saved.SameShape(θ) ? θ.Adopt(saved) : θ.NewOf(saved.Dims, 0).Adopt(saved);
            sets.Add((old, ours.Contains(saved.Storage) ? saved.Clone() : saved));
            return old;
        }));
        foreach (var (group, rule) in Rules) group.Rule = rule;
        foreach (var (group, shared) in Shared) group.Shared = shared;
        foreach (var (slot, saved) in sets) slot.Set(saved);
        for (var k = 0; k < next.Count; k++) states[k].Group.States[states[k].Index] = next[k];
    }

    readonly List<(NDArray Slot, NDArray Saved)> sets = [];

    readonly record struct Own(ParamGroup Group, int Number, int Index, Parameter P);

    static string Label(Parameter p, int n) => p.Name is null ? $"parameter {n}" : $"'{p.Name}'";

    /// <summary>For each of our parameters its number in the saved state, or -1.</summary>
    int[] ByName(Own[] ours, int[][] theirs, string[][] names)
    {
        var saved = new Dictionary<string, (int Group, int Number)>();
        for (var g = 0; g < names.Length; g++)
            for (var i = 0; i < names[g].Length; i++) saved[names[g][i]] = (g, theirs[g][i]);
        Differences.AddRange(
            saved
                .Keys.Except(ours.Select(o => o.P.Name!))
                .Select(name => $"'{name}' is in the saved state, but not in the optimizer"));
        foreach (var own in ours)
            if (!saved.TryGetValue(own.P.Name!, out var found))
                Differences.Add($"'{own.P.Name}' is in the optimizer, but not in the saved state");
            else if (found.Group != own.Number)
                Differences.Add(
                    $"'{own.P.Name}' is in group {found.Group} of the saved state, in group {own.Number} of the optimizer");
        return Array.ConvertAll(ours, o => saved.TryGetValue(o.P.Name!, out var found) ? found.Number : -1);
    }

    int[] ByOrder(List<ParamGroup> groups, int[][] theirs)
    {
        var result = new List<int>();
        for (var g = 0; g < groups.Count; g++)
        {
            var (own, numbers) = (groups[g].Members.Length, g < theirs.Length ? theirs[g] : []);
            var fits = numbers.Length == own;
            if (!fits && g < theirs.Length)
                Differences.Add(
                    $"group {g} has {numbers.Length} parameters in the saved state, {own} in the optimizer; "
                    + "without names they are matched by order, so none of the group is taken");
            result.AddRange(fits ? numbers : Enumerable.Repeat(-1, own));
        }
        return [.. result];
    }

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

    ParameterState? Absent(Plan plan, string label)
    {
        var rule = (IGradientRule)plan.Rule;
        if (!rule.EagerState) return new();
        Differences.Add($"{label}: there is no saved state, and {rule.Name} has one from the start");
        return null;
    }

    ParameterState? Read(Plan plan, string label, NDArray θ, IReadOnlyDictionary<string, object?> entries)
    {
        var (rule, specs) = ((IGradientRule)plan.Rule, plan.SlotsOf(θ));
        var (before, slots, scalars) = (Differences.Count, new Dictionary<string, NDArray>(), new Dictionary<string, double>());
        foreach (var (key, value) in entries)
            if (specs.Concat(rule.OptionalSlots).FirstOrDefault(s => s.Key == key) is { } spec)
            {
                if (value is not NDArray t) Differences.Add($"{label}: {key} is not a tensor in the saved state");
                else if (spec.Shape is null && !t.SameShape(θ))
                    Differences.Add($"{label}: {key} has shape {t.ShapeText} in the saved state, the parameter {θ.ShapeText}");
                else if (spec.Shape?.Invoke(θ.Shape) is { } shape && !t.Dims.SequenceEqual(shape))
                    Differences.Add($"{label}: {key} has shape {t.ShapeText} in the saved state, wanted {NDArray.Text(shape)}");
                else slots[key] = t;
            }
            else if (key == "step" && rule.CountsSteps) scalars[key] = Count(label, key, value);
            else if (!rule.Scalars.Contains(key)) Differences.Add($"{label}: the saved state has '{key}', which {rule.Name} has not");
            else if (Number(value) is { } number) scalars[key] = number;
            else Differences.Add($"{label}: {key} is not a number in the saved state");
        var stages = plan.After.Select(a => a.Slot); // an average may start later
        var needed = specs
            .Except(rule.OptionalSlots)
            .Except(stages)
            .Select(s => s.Key)
            .Concat(rule.Scalars)
            .Concat(rule.CountsSteps ? ["step"] : []);
        Differences.AddRange(
            needed
                .Where(key => !entries.ContainsKey(key))
                .Select(key => $"{label}: the saved state has no '{key}', which {rule.Name} needs"));
        return Differences.Count > before
            ? null
            : ParameterState.Of(rule, specs, (long)scalars.GetValueOrDefault("step"), key => scalars[key], slots);
    }

    /// <summary>A whole number from 0 that counts something, exact in double.</summary>
    double Count(string label, string key, object? value, double most = 1L << 53)
    {
        if (Number(value) is { } n && n >= 0 && n <= most && n == Math.Floor(n)) return n;
        Differences.Add($"{label}: {key} is not a whole number from 0 in the saved state");
        return 0;
    }

    public static double? Number(object? value) => value switch
    {
        double d => d,
        long l => l,
        int i => i,
        NDArray<float> { Length: 1, IsSparse: false } t => t.Span[0],
        NDArray<double> { Length: 1, IsSparse: false } t => t.Span[0],
        _ => null,
    };
}
