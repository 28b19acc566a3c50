namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>A copy of the state and options, laid out as torch's <c>state_dict()</c>.</summary>
    /// <exception cref="InvalidOperationException">Several processes have a part of it each, or wait for more gradients.</exception>
    public StateDict StateDict()
    {
        if (HasParts) throw Fault.StateInParts(Name);
        if (HasOwnSums) throw Fault.SumsInParts(Name, MicroSteps);
        Call(savePre);
        return Call(savePost, Save());
    }

    /// <summary>The same over the states themselves, for who steps no further with them.</summary>
    internal StateDict ShownStateDict() => Save(isShown: true);

    StateDict Save(bool withTensors = true, bool isShown = false)
    {
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        var saved = new List<IReadOnlyDictionary<string, object?>>();
        var number = 0;
        foreach (var group in groups)
        {
            var entry = new Dictionary<string, object?>(group.Extras);
            foreach (var (option, value) in group.Options) entry[option] = value;
            if (plan.Parts.Count > 0) entry["rule"] = group.Rule.Name;
            if (group.Rule is IGradientRule { ModelScalars: { Count: > 0 } keys })
                for (var i = 0; i < keys.Count; i++) entry[keys[i]] = group.Shared[i];
            entry["params"] = Enumerable.Range(number, group.Members.Length).ToArray();
            if (group.Members[0].Name is not null) entry["param_names"] = Array.ConvertAll(group.Members, p => p.Name!);
            saved.Add(entry);
            foreach (var s in group.States)
            {
                var entries = s.ToEntries().Where(e => withTensors || e.Value is not NDArray)
                    .ToDictionary(e => e.Key, e => e.Value is NDArray slot && !(isShown && slot.Device is null) ? slot.OnHost() : e.Value);
                if (entries.Count > 0) state[number] = entries;
                number++;
            }
        }
        if (SaveModel() is { Count: > 0 } model) state[0] = model;
        return new(state, saved, Name, SavedPlan.Of(plan, Progress));
    }

    /// <summary>Takes over a saved state and its options: by name where both sides have names, else by order.</summary>
    /// <param name="saved">From <see cref="StateDict()"/>; copied, into the slots that the states have already.</param>
    /// <param name="strict">True: anything that does not fit throws. False: what fits is loaded, the report says what did not.</param>
    /// <returns>What was loaded and what did not fit.</returns>
    /// <exception cref="ArgumentException">Strict, and something does not fit: groups, sizes, shapes, unknown or missing state, options.
    /// All differences are listed; nothing is changed.</exception>
    public LoadReport LoadStateDict(StateDict saved, bool strict = true) => LoadStateDict(saved, strict, mayBecome: null);

    /// <summary>The same, where slots of one element type may not become those of each other one.</summary>
    /// <param name="saved">As above.</param>
    /// <param name="strict">As above.</param>
    /// <param name="mayBecome">Whether numbers of the first type may become those of the second; null: all may.</param>
    internal LoadReport LoadStateDict(StateDict saved, bool strict, Func<Type, Type, bool>? mayBecome)
    {
        if (asking is { IsBusy: true }) throw Fault.WithinClosure(Name, "LoadStateDict");
        saved = Call(loadPre, saved ?? throw Fault.Null("the state dict"));
        var load = new LoadPlan(plan, groups, saved, mayBecome);
        if (strict && load.Differences.Count > 0) throw Fault.Load(Name, load.Differences);
        if (load.Solver is not null) TakeSolver(load.Solver, load.StartsAfresh);
        load.Commit();
        if (SavedPlan.Steps(saved.Plan) is { } steps) Steps = steps;
        MicroSteps = SavedPlan.MicroSteps(plan, saved.Plan);
        Call(loadPost);
        return new(load.Loaded, load.Differences, load.Changed);
    }

    /// <summary>Starts from a pure state: the arrays are copied, unless this optimizer only shows them.</summary>
    internal void Take(State s, bool isShown = false)
    {
        (Steps, MicroSteps) = (s.Steps, s.MicroSteps);
        if (plan.Rule is IClosureRule rule && s.ModelState.Count > 0)
        {
            var device = isShown ? null : s.Shape[0].Device;
            object solver = s.Shape[0] is NDArray<float> ? Resumed<float>(rule, s, device) : Resumed<double>(rule, s, device);
            TakeSolver(solver, startsAfresh: false);
            return;
        }
        foreach (var group in groups)
        {
            group.Shared = s.Shared[PartOf(group)];
            for (var i = 0; i < group.States.Length; i++)
                group.States[i] = s[group.Members[i].Name ?? ""] is var own && isShown ? own : own.Copy(AsOf(group.Members[i].Value));
        }
    }

    static ISolver<T> Resumed<T>(IClosureRule rule, State s, Device? device) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var differences = new List<string>();
        var solver = rule.Resume<T>(Flat.Length(s.Shape.Values), lasts: true, device, s.ModelState, differences);
        return differences.Count == 0 ? solver : throw Fault.Load(rule.Name, differences);
    }

    /// <summary>A copy of a slot where the parameter's slots lie, if it has the parameter's shape.</summary>
    static Func<string, NDArray, NDArray> AsOf(NDArray θ) => (_, slot) => slot.SameShape(θ) ? θ.Adopt(slot) : slot.Clone();

    /// <summary>The state as a pure one; the optimizer must not be used again.</summary>
    internal State Give(Plan of, Params θ)
    {
        var shared = of.StartShared();
        foreach (var group in groups) shared[PartOf(group)] = group.Shared;
        var states = groups.SelectMany(g => g.Members.Zip(g.States)).ToDictionary(m => m.First.Name ?? "", m => m.Second);
        var model = plan.Rule is IClosureRule ? ModelState : null;
        return new(of, θ, [.. θ.Names.Select(name => states[name])], Steps, shared, model) { MicroSteps = MicroSteps };
    }
}
