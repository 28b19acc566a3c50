using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>What a rule remembers of one parameter: its step count, scalars and slots. Empty until the first gradient.</summary>
public sealed class ParameterState
{
    static readonly IReadOnlyDictionary<string, NDArray> None = new Dictionary<string, NDArray>();
    IReadOnlyDictionary<string, NDArray> kept = None;

    internal Clock Clock;
    internal IReadOnlyList<string> Keys = [];
    internal NDArray[] Values = [];
    internal IReadOnlyList<string> ScalarKeys = [];
    internal bool Counts;

    /// <summary>False until the parameter's first gradient (Adagrad: always true).</summary>
    [DebuggerBrowsable(Never)] public bool Exists { get; internal set; }

    /// <summary>t: steps this parameter has made; 0 for rules that do not count (SGD).</summary>
    [DebuggerBrowsable(Never)] public long Step => Clock.T;

    /// <summary>Scalars by torch's keys: ASGD's eta and mu.</summary>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, double> Scalars =>
        ScalarKeys.Select((key, i) => (key, value: i == 0 ? Clock.S1 : Clock.S2)).ToDictionary(s => s.key, s => s.value);

    /// <summary>Arrays by torch's keys (<c>exp_avg</c>), each the shape of the parameter. Slots of options since switched off are kept.</summary>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, NDArray> Slots
    {
        get
        {
            var all = new Dictionary<string, NDArray>();
            for (var i = 0; i < Keys.Count; i++) all[Keys[i]] = Values[i];
            foreach (var (key, slot) in kept) all[key] = slot;
            return all;
        }
    }

    /// <summary>Makes the state hold exactly what <paramref name="rule"/> reads, its slots, in their order, and creates what is missing.</summary>
    internal void Fit(IElementwiseRule rule, IReadOnlyList<string> keys, NDArray θ)
    {
        if (!Exists || !(ReferenceEquals(keys, Keys) || keys.SequenceEqual(Keys))) Refit(rule, keys, θ);
        else if (Clock.Fresh) Clock = Clock with { Fresh = false };
    }

    /// <summary>Apart from <see cref="Fit"/>, so that its closures are allocated only here.</summary>
    void Refit(IElementwiseRule rule, IReadOnlyList<string> keys, NDArray θ)
    {
        if (!Exists) (Clock, Exists) = (rule.Start(), true);
        var old = Slots;
        (Keys, ScalarKeys, Counts) = (keys, rule.Scalars, rule.CountsSteps);
        Values = keys.Select(key => old.TryGetValue(key, out var slot) ? slot : θ.NewLike(rule.Initial(key))).ToArray();
        kept = old.Where(slot => !keys.Contains(slot.Key)).ToDictionary();
        Clock = Clock with { Fresh = keys.Any(key => !old.ContainsKey(key)) };
    }

    /// <summary>A state given by its entries, as read from a saved one.</summary>
    internal static ParameterState Of(IElementwiseRule rule, long step, Func<string, double> scalar, IReadOnlyDictionary<string, NDArray> slots)
    {
        var keys = rule.Slots;
        var start = rule.Start();
        return new()
        {
            Exists = true,
            Clock = start with { T = step, S1 = rule.Scalars.Count > 0 ? scalar(rule.Scalars[0]) : 0, S2 = rule.Scalars.Count > 1 ? scalar(rule.Scalars[1]) : 0 },
            Keys = [.. keys.Where(slots.ContainsKey)],
            Values = [.. keys.Where(slots.ContainsKey).Select(key => slots[key])],
            kept = slots.Where(slot => !keys.Contains(slot.Key)).ToDictionary(),
            ScalarKeys = rule.Scalars,
            Counts = rule.CountsSteps,
        };
    }

    /// <summary>The same, with slot tensors that are made of each key and slot.</summary>
    internal ParameterState Copy(Func<string, NDArray, NDArray> copy)
    {
        var same = Copy(slot => slot, slot => slot);
        for (var i = 0; i < same.Keys.Count; i++) same.Values[i] = copy(same.Keys[i], same.Values[i]);
        same.kept = kept.ToDictionary(slot => slot.Key, slot => copy(slot.Key, slot.Value));
        return same;
    }

    /// <summary>The same, with slot tensors from <paramref name="copy"/>, and those of options since switched off from <paramref name="keep"/>, or cloned.</summary>
    internal ParameterState Copy(Func<NDArray, NDArray> copy, Func<NDArray, NDArray>? keep = null) => new()
    {
        Exists = Exists,
        Clock = Clock,
        Keys = Keys,
        Values = Array.ConvertAll(Values, v => copy(v)),
        kept = kept.ToDictionary(slot => slot.Key, slot => keep?.Invoke(slot.Value) ?? slot.Value.Clone()),
        ScalarKeys = ScalarKeys,
        Counts = Counts,
    };

    /// <summary>Step and scalars, then each slot's first elements.</summary>
    public override string ToString() => !Exists ? "no gradient yet" : string.Join(Environment.NewLine + "  ", Lines().DefaultIfEmpty("nothing to remember"));

    IEnumerable<string> Lines()
    {
        var head = string.Join(", ", Scalars.Select(s => $"{s.Key} {s.Value:G6}").Prepend($"step {Step}").Skip(Counts ? 0 : 1));
        if (head.Length > 0) yield return head;
        foreach (var (key, value) in Slots) yield return $"{key}: {value}";
    }
}
