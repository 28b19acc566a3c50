using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>What a plan remembers of one parameter: its step count, scalars and slots. Empty until the first gradient.</summary>
[JsonConverter(typeof(ParameterStateJson))]
public sealed class ParameterState
{
    static readonly IReadOnlyDictionary<string, NDArray> None = new Dictionary<string, NDArray>();
    IReadOnlyDictionary<string, NDArray> kept = None;

    internal Scalars Carried;
    internal byte FreshSlots;
    internal IReadOnlyList<SlotSpec> Specs = [];
    internal NDArray[] Values = [];
    internal IReadOnlyList<string> ScalarKeys = [];
    internal bool Counts;

    /// <summary>Elements of working memory that a whole rule has asked for, and the rule.</summary>
    internal long Work;
    internal IWholeRule? Worker;

    NDArray? sum;

    /// <summary>Whether gradients have been summed up since the last step.</summary>
    internal bool HasSum;

    /// <summary>The key of that sum in a state dict.</summary>
    internal const string SumKey = "accumulated";

    /// <summary>Room for the sum.</summary>
    internal void MakeSum(NDArray θ)
    {
        if (sum is null || !sum.SameShape(θ)) (sum, HasSum) = (θ.NewLike(0), false);
    }

    internal NDArray<T> Sum<T>() where T : unmanaged, IFloatingPointIeee754<T> => (NDArray<T>)sum!;

    /// <summary>The sum, where there is one.</summary>
    internal NDArray<T>? OpenSum<T>() where T : unmanaged, IFloatingPointIeee754<T> => HasSum ? Sum<T>() : null;

    /// <summary>The same with a sum that was saved.</summary>
    internal ParameterState WithSum(NDArray? saved)
    {
        (sum, HasSum) = (saved, saved is not null);
        return this;
    }

    /// <summary>What the last step has added up, where it was to make a report.</summary>
    internal StepSums? Sums;

    /// <summary>What the last step that made a report has done with the parameter; null where <see cref="Execution.Reports"/> has not asked
    /// for any. It is not saved.</summary>
    [DebuggerBrowsable(Never)] public ParameterReport? Report => Sums?.Report();

    /// <summary>False until the parameter's first gradient (Adagrad: always true).</summary>
    [DebuggerBrowsable(Never)] public bool Exists { get; private set; }

    /// <summary>t: steps this parameter has made; 0 for rules that do not count (SGD).</summary>
    [DebuggerBrowsable(Never)] public long Step { get; private set; }

    /// <summary>Scalars by torch's keys: ASGD's eta and mu.</summary>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, double> Scalars =>
        ScalarKeys.Select((key, i) => (key, value: Carried[i])).ToDictionary(s => s.key, s => s.value);

    /// <summary>Arrays by torch's keys (<c>exp_avg</c>). Slots of options since switched off are kept.</summary>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, NDArray> Slots
    {
        get
        {
            var all = new Dictionary<string, NDArray>();
            for (var i = 0; i < Specs.Count; i++) all[Specs[i].Key] = Values[i];
            foreach (var (key, slot) in kept) all[key] = slot;
            return all;
        }
    }

    /// <summary>Whether these are the slots that there are, in their order.</summary>
    internal bool Fits(IReadOnlyList<SlotSpec> specs) => Exists && (ReferenceEquals(specs, Specs) || specs.SequenceEqual(Specs));

    /// <summary>The same with exactly these slots, what is missing made; this one stays as it is.</summary>
    internal ParameterState Fitted(Plan plan, IReadOnlyList<SlotSpec> specs, NDArray θ, double lr)
    {
        var (rule, old) = ((IGradientRule)plan.Rule, Slots);
        var fresh = 0;
        var values = new NDArray[specs.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (old.TryGetValue(specs[i].Key, out var slot) && HasShape(specs[i], slot, θ)) values[i] = slot;
            else (values[i], fresh) = (Make(rule, specs[i], θ, lr), fresh | 1 << i);
        }
        return new()
        {
            Exists = true,
            Step = Step,
            Carried = Exists ? Carried : rule.Start(lr),
            FreshSlots = (byte)fresh,
            Specs = specs,
            Values = values,
            kept = old.Where(slot => !specs.Any(s => s.Key == slot.Key)).ToDictionary(),
            ScalarKeys = rule.Scalars,
            Counts = rule.CountsSteps,
        };
    }

    /// <summary>Whether a slot has the shape that the options now give it; one that follows the parameter's is checked elsewhere.</summary>
    static bool HasShape(SlotSpec spec, NDArray slot, NDArray θ) => spec.Shape is null || spec.Shape(θ.Shape).AsSpan().SequenceEqual(slot.Dims);

    static NDArray Make(IGradientRule rule, SlotSpec spec, NDArray θ, double lr)
    {
        if (spec.Shape?.Invoke(θ.Shape) is { } shape && !shape.AsSpan().SequenceEqual(θ.Dims)) return θ.NewOf(shape, rule.First(spec, lr));
        if (!spec.StartsAtParameter) return θ.NewLike(rule.First(spec, lr));
        var slot = θ.NewLike(0);
        θ.CopyTo(slot);
        return slot;
    }

    /// <summary>A state that exists before the first step: the rule's own; stages begin with the first step.</summary>
    internal static ParameterState Eager(Plan plan, NDArray θ, double lr)
    {
        var state = new ParameterState().Fitted(plan, ((IGradientRule)plan.Rule).SlotsOf(θ.Shape), θ, lr);
        state.FreshSlots = 0;
        return state;
    }

    /// <summary>Takes over what has been fitted.</summary>
    internal void Become(ParameterState fitted)
    {
        (Exists, Carried, Specs, Values) = (true, fitted.Carried, fitted.Specs, fitted.Values);
        (kept, ScalarKeys, Counts) = (fitted.kept, fitted.ScalarKeys, fitted.Counts);
    }

    /// <summary>Takes over what has been fitted, before a step that it is fresh for.</summary>
    internal void Observed(ParameterState fitted)
    {
        Become(fitted);
        FreshSlots = fitted.FreshSlots;
    }

    /// <summary>A step has been made.</summary>
    internal void Commit(long step) => (Step, FreshSlots) = (step, 0);

    /// <summary>A state given by its entries, as read from a saved one.</summary>
    internal static ParameterState Of(
        IGradientRule rule,
        IReadOnlyList<SlotSpec> specs,
        NDArray θ,
        long step,
        Func<string, double> scalar,
        IReadOnlyDictionary<string, NDArray> slots)
    {
        SlotSpec[] there = [.. specs.Where(s => slots.TryGetValue(s.Key, out var slot) && HasShape(s, slot, θ))];
        return new()
        {
            Exists = true,
            Step = step,
            Carried = Rules.Scalars.Of(i => scalar(rule.Scalars[i]), rule.Scalars.Count),
            Specs = there,
            Values = [.. there.Select(s => slots[s.Key])],
            kept = slots.Where(slot => !there.Any(s => s.Key == slot.Key)).ToDictionary(),
            ScalarKeys = rule.Scalars,
            Counts = rule.CountsSteps,
        };
    }

    /// <summary>The same, with slot arrays that are made of each key and slot; those of options since switched off by
    /// <paramref name="keep"/>, where there is one.</summary>
    internal ParameterState Copy(Func<string, NDArray, NDArray> copy, Func<string, NDArray, NDArray>? keep = null)
    {
        var all = CopyOfStep(copy, keep);
        return HasSum ? all.WithSum(copy(SumKey, sum!)) : all;
    }

    /// <summary>The same without sums of gradients.</summary>
    internal ParameterState CopyOfStep(Func<string, NDArray, NDArray> copy, Func<string, NDArray, NDArray>? keep = null)
    {
        var values = new NDArray[Values.Length];
        for (var i = 0; i < values.Length; i++) values[i] = copy(Specs[i].Key, Values[i]);
        return new()
        {
            Exists = Exists,
            Step = Step,
            Carried = Carried,
            FreshSlots = FreshSlots,
            Specs = Specs,
            Values = values,
            kept = kept.ToDictionary(slot => slot.Key, slot => (keep ?? copy)(slot.Key, slot.Value)),
            ScalarKeys = ScalarKeys,
            Counts = Counts,
        };
    }

    /// <summary>Step, scalars and slots as the entries of a state dict; none before the first gradient.</summary>
    internal Dictionary<string, object?> ToEntries()
    {
        var entries = new Dictionary<string, object?>();
        if (HasSum) entries[SumKey] = sum;
        if (!Exists) return entries;
        if (Counts) entries["step"] = Step;
        foreach (var (key, value) in Scalars) entries[key] = value;
        foreach (var (key, slot) in Slots) entries[key] = slot;
        return entries;
    }

    /// <summary>Step and scalars, then each slot's first elements.</summary>
    public override string ToString() =>
        Exists ? string.Join(Environment.NewLine + "  ", Lines().DefaultIfEmpty("nothing to remember")) : "no gradient yet";

    IEnumerable<string> Lines()
    {
        var scalars = Scalars.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:G6}"));
        var head = string.Join(", ", scalars.Prepend($"step {Step}").Skip(Counts ? 0 : 1));
        if (head.Length > 0) yield return head;
        foreach (var (key, value) in Slots) yield return $"{key}: {value}";
    }
}
