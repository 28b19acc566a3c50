using System.Globalization;
using System.Reflection;
using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>States and options of TorchSharp's own optimizers. Their public fields are named as torch's keys.</summary>
static class TheirState
{
    const string Step = "step";

    /// <summary>Options that TorchSharp has as two numbers.</summary>
    static readonly (string Option, string First, string Second)[] pairs =
        [("betas", "beta1", "beta2"), ("etas", "etaminus", "etaplus"), ("step_sizes", "min_step", "max_step")];

    /// <summary>Their state as a state dict of ours, by order.</summary>
    public static StateDict Read(optim.Optimizer.StateDictionary theirs, TorchOptimizer ours)
    {
        Check(theirs, ours);
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        for (var n = 0; n < theirs.State.Count; n++)
            if (Entries(theirs.State[n], ours, n) is { Count: > 0 } entries) state[n] = entries;
        var groups = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var (options, numbers, group) in theirs.Options.Zip(theirs.StateIndexRef, ours.Core.ParamGroups))
            groups.Add(new Dictionary<string, object?>(OptionsOf(options, group)) { ["params"] = numbers.ToArray() });
        return new(state, groups, ours.Core.Name);
    }

    /// <summary>Writes our state and options into theirs.</summary>
    public static void Write(TorchOptimizer ours, optim.Optimizer.StateDictionary theirs)
    {
        Check(theirs, ours);
        for (var n = 0; n < theirs.State.Count; n++)
            foreach (var field in Fields(theirs.State[n])) CheckShape(field, theirs.State[n], ours, n);
        using var isConstant = no_grad();
        for (var n = 0; n < theirs.State.Count; n++)
            foreach (var field in Fields(theirs.State[n])) Write(field, theirs.State[n], ours, n);
        foreach (var (options, group) in theirs.Options.Zip(ours.Core.ParamGroups))
        {
            options.LearningRate = group.Lr;
            foreach (var field in Fields(options)) field.SetValue(options, ValueOf(group, field.Name) ?? field.GetValue(options));
        }
    }

    static void Check(optim.Optimizer.StateDictionary theirs, TorchOptimizer ours)
    {
        if (theirs.State.Count != ours.Links.Count) throw TorchFault.OtherCount(theirs.State.Count, ours.Links.Count);
        if (theirs.Options.Count != ours.Core.ParamGroups.Count)
            throw TorchFault.OtherGroups(theirs.Options.Count, ours.Core.ParamGroups.Count);
        foreach (var state in theirs.State)
            if (state.GetType().DeclaringType?.Name is var name && !string.Equals(name, ours.Core.Name, StringComparison.OrdinalIgnoreCase))
                throw TorchFault.OtherRule(name ?? state.GetType().Name, ours.Core.Name);
    }

    static void CheckShape(FieldInfo field, Modules.OptimizerState state, TorchOptimizer ours, int n)
    {
        var link = ours.Links[n];
        if (field.GetValue(state) is Tensor { shape: var shape } && !shape.SequenceEqual(link.Shape.Select(d => (long)d)))
            throw TorchFault.StateShape(link.Name, field.Name, shape, link.Shape);
    }

    static FieldInfo[] Fields(object of) => of.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    /// <summary>What of their state our rule has too.</summary>
    static Dictionary<string, object?> Entries(Modules.OptimizerState state, TorchOptimizer ours, int n)
    {
        var (link, rule) = (ours.Links[n], (IGradientRule)RuleOf(ours, n));
        var keys = rule.SlotsOf(link.Parameter.Value.Shape).Select(slot => slot.Key).Concat(rule.Scalars).ToHashSet();
        if (rule.CountsSteps) keys.Add(Step);
        var entries = new Dictionary<string, object?>();
        foreach (var field in Fields(state).Where(f => keys.Contains(f.Name)))
        {
            CheckShape(field, state, ours, n);
            if (field.GetValue(state) is { } value) entries[field.Name] = value is Tensor t ? Copied(t) : value;
        }
        return entries;
    }

    static IRule RuleOf(TorchOptimizer ours, int n)
    {
        var parameter = ours.Links[n].Parameter;
        return ours.Core.ParamGroups.First(g => g.Parameters.Contains(parameter)).Rule;
    }

    static NDArray Copied(Tensor theirs)
    {
        using var scope = NewDisposeScope();
        var dense = theirs.detach().cpu().contiguous();
        int[] shape = [.. dense.shape.Select(d => (int)d)];
        return dense.dtype switch
        {
            ScalarType.Float32 => shape is [] ? NDArray.Scalar(dense.item<float>()) : NDArray.Of(dense.data<float>().ToArray(), shape),
            ScalarType.Float64 => shape is [] ? NDArray.Scalar(dense.item<double>()) : NDArray.Of(dense.data<double>().ToArray(), shape),
            var other => throw TorchFault.ElementType("a tensor of TorchSharp's state", $"{other}"),
        };
    }

    static Dictionary<string, object?> OptionsOf(Modules.OptimizerOptions theirs, ParamGroup ours)
    {
        var all = Fields(theirs).ToDictionary(f => f.Name, f => f.GetValue(theirs));
        foreach (var (option, first, second) in pairs)
            if (all.Remove(first, out var a) && all.Remove(second, out var b)) all[option] = new[] { (double)a!, (double)b! };
        all["lr"] = theirs.LearningRate;
        var known = ours.Options.Keys.ToHashSet();
        return all.Where(o => known.Contains(o.Key) && o.Value is not null).ToDictionary();
    }

    static object? ValueOf(ParamGroup ours, string field)
    {
        foreach (var (option, first, second) in pairs)
            if (ours.Options.TryGetValue(option, out var pair) && pair is double[] numbers)
                if (field == first) return numbers[0];
                else if (field == second) return numbers[1];
        return ours.Options.GetValueOrDefault(field);
    }

    static void Write(FieldInfo field, Modules.OptimizerState state, TorchOptimizer ours, int n)
    {
        var link = ours.Links[n];
        var its = ours.Core.State(link.Parameter);
        if (field.FieldType != typeof(Tensor))
        {
            var number = field.Name == Step ? its.Step : its.Scalars.GetValueOrDefault(field.Name, double.NaN);
            if (!double.IsNaN(number)) field.SetValue(state, Convert.ChangeType(number, field.FieldType, CultureInfo.InvariantCulture));
            return;
        }
        var (before, slot) = ((Tensor?)field.GetValue(state), its.Slots.GetValueOrDefault(field.Name));
        if (slot is null)
        {
            before?.zero_();
            return;
        }
        using var scope = NewDisposeScope();
        var numbers = Tensors(slot, link);
        if (before is not null) before.copy_(numbers);
        else field.SetValue(state, numbers.DetachFromDisposeScope());
    }

    static Tensor Tensors(NDArray slot, TensorLink link)
    {
        long[] shape = [.. link.Shape.Select(d => (long)d)];
        return slot switch
        {
            NDArray<float> f => tensor(f.ToArray(), shape),
            NDArray<double> d => tensor(d.ToArray(), shape),
            _ => throw TorchFault.ElementType(link.Name, slot.ElementType.Name),
        };
    }
}
