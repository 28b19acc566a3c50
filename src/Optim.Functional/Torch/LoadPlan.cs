using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What loading a state dict would change, worked out in full before anything is changed.</summary>
sealed partial class LoadPlan
{
    public List<string> Differences { get; } = [];
    public List<string> Loaded { get; } = [];
    public List<string> Changed { get; } = [];
    public List<(ParamGroup Group, IRule Rule)> Rules { get; } = [];
    readonly List<(ParamGroup Group, int Index, ParameterState State)> states = [];
    readonly List<(NDArray Slot, NDArray Saved)> sets = [];
    readonly List<(ParamGroup Group, Dictionary<string, object?> Extras)> extras = [];
    readonly HashSet<object> ours = new(ReferenceEqualityComparer.Instance);
    public List<(ParamGroup Group, Scalars Shared)> Shared { get; } = [];

    /// <summary>Of a rule that asks for the loss: the solver to go on with, and whether it has nothing to go on from.</summary>
    public object? Solver { get; private set; }
    public bool StartsAfresh { get; private set; }

    readonly Func<Type, Type, bool>? mayBecome;

    public LoadPlan(Plan plan, List<ParamGroup> groups, StateDict saved, Func<Type, Type, bool>? mayBecome = null)
    {
        this.mayBecome = mayBecome;
        if (saved.Rule is not null && saved.Rule != plan.Name) Differences.Add($"the saved state was made by {saved.Rule}");
        if (saved.Plan is not null) Differences.AddRange(SavedPlan.Differences(plan, saved.Plan));
        if (saved.ParamGroups.Count != groups.Count)
            Differences.Add($"the saved state has {saved.ParamGroups.Count} parameter groups, the optimizer {groups.Count}");
        for (var g = 0; g < Math.Min(groups.Count, saved.ParamGroups.Count); g++)
        {
            var rule = Options(groups[g], g, saved.ParamGroups[g]);
            Rules.Add((groups[g], rule));
            NoteChanges(groups[g], g, rule);
        }

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
            var here = group.Stepped[i];
            if (its.Whole is not null && here.Length < p.Value.Length) continue; // another process's
            var state = saved.State.TryGetValue(numbers[n], out var entries)
                ? Read(its, Label(p, n), here, ReferenceEquals(here, p.Value) ? entries : Cut(entries, here, p.Value))
                : Absent(its, Label(p, n));
            if (state is null) continue;
            states.Add((group, i, state));
            Loaded.Add(Label(p, n));
        }
    }

    /// <summary>Changes what has been planned: first come copies that take memory,
    /// so that where there is none left nothing is changed.</summary>
    /// <remarks>
    /// A slot that is there already takes over the saved numbers where it stands: so loading again and again takes no more memory.
    /// What a state dict shares with the states themselves is copied first, as it may be written over before it is read.
    /// </remarks>
    public void Commit()
    {
        foreach (var (group, i, _) in states)
            foreach (var slot in group.States[i].Slots.Values) ours.Add(slot.Storage);
        var next = states.ConvertAll(s => s.State.Copy((key, saved) =>
        {
            var θ = s.Group.Stepped[s.Index];
            if (!s.Group.States[s.Index].Slots.TryGetValue(key, out var old) || !old.SameShape(saved))
                return saved.SameShape(θ) ? θ.Adopt(saved) : θ.NewOf(saved.Dims, 0).Adopt(saved);
            sets.Add((old, ours.Contains(saved.Storage) ? saved.Clone() : saved));
            return old;
        }));
        foreach (var (group, rule) in Rules) group.Rule = rule;
        foreach (var (group, kept) in extras) group.Extras = kept;
        foreach (var (group, shared) in Shared) group.Shared = shared;
        foreach (var (slot, saved) in sets) slot.Set(saved);
        for (var k = 0; k < next.Count; k++) states[k].Group.States[states[k].Index] = next[k];
    }

    /// <summary>The same of a part of a parameter.</summary>
    static Dictionary<string, object?> Cut(IReadOnlyDictionary<string, object?> entries, NDArray part, NDArray θ) =>
        entries.ToDictionary(e => e.Key, e => e.Value is NDArray slot && slot.SameShape(θ) && !slot.SameShape(part)
            ? slot.Cut(θ.ColumnMajor, part.StartIn(θ), part.Length)
            : e.Value);

    static string Label(Parameter p, int n) => p.Name is null ? $"parameter {n}" : $"'{p.Name}'";
}
