namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>A copy of the state and options, laid out as torch's <c>state_dict()</c>.</summary>
    public StateDict StateDict()
    {
        var (state, saved, number) = (new Dictionary<int, IReadOnlyDictionary<string, object?>>(), new List<IReadOnlyDictionary<string, object?>>(), 0);
        foreach (var group in groups)
        {
            var entry = new Dictionary<string, object?>(group.Options) { ["params"] = Enumerable.Range(number, group.Members.Length).ToArray() };
            if (group.Members[0].Name is not null) entry["param_names"] = Array.ConvertAll(group.Members, p => p.Name!);
            saved.Add(entry);
            foreach (var s in group.States)
            {
                var entries = Entries(s);
                if (entries.Count > 0) state[number] = entries;
                number++;
            }
        }
        if (!ReferenceEquals(Memory, LbfgsMemory.Empty)) state[0] = Entries(Memory);
        return new(state, saved, Name);
    }

    static Dictionary<string, object?> Entries(ParameterState s)
    {
        var entries = new Dictionary<string, object?>();
        if (!s.Exists) return entries;
        if (s.Counts) entries["step"] = s.Step;
        foreach (var (key, value) in s.Scalars) entries[key] = value;
        foreach (var (key, slot) in s.Slots) entries[key] = slot.Clone();
        return entries;
    }

    static Dictionary<string, object?> Entries(LbfgsMemory m) => new()
    {
        ["func_evals"] = (long)m.FuncEvals,
        ["n_iter"] = (long)m.NIter,
        ["d"] = m.D?.Clone(),
        ["t"] = m.T,
        ["old_dirs"] = m.OldDirs.Select(x => x.Clone()).ToArray(),
        ["old_stps"] = m.OldStps.Select(x => x.Clone()).ToArray(),
        ["ro"] = m.Ro.ToArray(),
        ["H_diag"] = m.HDiag,
        ["prev_flat_grad"] = m.PrevFlatGrad?.Clone(),
        ["prev_loss"] = m.PrevLoss,
    };

    /// <summary>Takes over a saved state and its options: by name where both sides have names, else by order.</summary>
    /// <param name="saved">From <see cref="StateDict()"/>; copied, into the slots that the states have already.</param>
    /// <param name="strict">True: anything that does not fit throws. False: what fits is loaded, the report says what did not.</param>
    /// <returns>What was loaded and what did not fit.</returns>
    /// <exception cref="ArgumentException">Strict, and something does not fit: groups, sizes, shapes, unknown or missing state, options. All differences are listed; nothing is changed.</exception>
    public LoadReport LoadStateDict(StateDict saved, bool strict = true)
    {
        if (asking is { IsBusy: true }) throw Fault.WithinClosure(Name, "LoadStateDict");
        var plan = new LoadPlan(Name, groups, saved ?? throw Fault.Null("the state dict"));
        if (strict && plan.Differences.Count > 0) throw Fault.Load(Name, plan.Differences);
        if (plan.Memory is not null) TakeMemory(plan.Memory);
        plan.Commit();
        return new(plan.Loaded, plan.Differences);
    }

    /// <summary>Starts from a pure state: the arrays are copied.</summary>
    internal void Take(State s)
    {
        for (var i = 0; i < groups[0].States.Length; i++)
        {
            var p = groups[0].Members[i].Value;
            groups[0].States[i] = s.Entries[i].Copy(p.Adopt, p.Adopt);
        }
    }

    /// <summary>The state as a pure one; the optimizer must not be used again.</summary>
    internal State Give(Params θ) => new(Name, θ, groups[0].States);
}
