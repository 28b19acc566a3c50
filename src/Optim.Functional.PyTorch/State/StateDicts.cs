using System.Collections;
using System.Globalization;

namespace Optim.Functional.PyTorch;

/// <summary>torch's <c>state_dict()</c> of an optimizer, as a file has it, and ours.</summary>
static class StateDicts
{
    const string State = "state", Groups = "param_groups", Rule = "rule", Plan = "plan";

    /// <summary>Steps from here on are not all float32 numbers.</summary>
    const long ExactInSingle = 1 << 24;

    /// <summary>As torch has it: steps and other numbers of a parameter are tensors of no dimensions, tuples are tuples. The rule and the
    /// plan stand beside it, which torch passes over.</summary>
    public static SavedDict Of(StateDict saved, Func<object?, object?> value)
    {
        var root = new SavedDict();
        var (state, groups) = (new SavedDict(), new List<object?>());
        foreach (var (number, entries) in saved.State)
        {
            var isSolver = entries.ContainsKey("func_evals");
            var own = new SavedDict();
            foreach (var (key, entry) in entries) own.Set(key, isSolver ? List(entry) : Number(entry));
            state.Set((long)number, own);
        }
        foreach (var group in saved.ParamGroups)
        {
            var own = new SavedDict();
            foreach (var (key, entry) in group) own.Set(key, Option(entry));
            if (group.ContainsKey(MaxEval.Key)) own.Set(MaxEval.Key, MaxEval.OfTorch(group));
            groups.Add(own);
        }
        root.Set(State, state);
        root.Set(Groups, groups);
        if (saved.Rule is not null) root.Set(Rule, saved.Rule);
        if (saved.Plan is not null) root.Set(Plan, Option(saved.Plan));
        return root;

        object? Number(object? entry) => entry switch
        {
            long step when Math.Abs(step) <= ExactInSingle => value(NDArray.Scalar((float)step)),
            long step => value(NDArray.Scalar((double)step)),
            double number => value(NDArray.Scalar(number)),
            _ => List(entry),
        };

        object? List(object? entry) =>
            entry is IEnumerable items and not (string or NDArray) ? items.Cast<object?>().Select(value).ToList() : value(entry);

        object? Option(object? entry) => entry switch
        {
            double[] tuple => tuple.Select(x => (object?)x).ToArray(),
            double?[] tuple => tuple.Select(x => (object?)x).ToArray(),
            IReadOnlyDictionary<string, object?> entries => OptionsOf(entries),
            IEnumerable items and not (string or NDArray) => items.Cast<object?>().Select(Option).ToList(),
            _ => value(entry),
        };

        SavedDict OptionsOf(IReadOnlyDictionary<string, object?> entries)
        {
            var dict = new SavedDict();
            foreach (var (key, entry) in entries) dict.Set(key, Option(entry));
            return dict;
        }
    }

    /// <summary>Ours of what a file holds.</summary>
    /// <param name="file">As messages call it.</param>
    /// <param name="root">What it holds.</param>
    /// <param name="key">Where the optimizer's dictionary is; null to find it.</param>
    /// <param name="dtypes">What is done with element types that no parameter is of.</param>
    public static StateDict Read(string file, object? root, string? key, DtypeRule dtypes)
    {
        var dict = key is null ? Find(file, root)
            : root is SavedDict given && IsOptimizer(given) ? given
            : throw Fault.NoOptimizer(file, Described(root));
        var values = new StateValues(file, dtypes);
        var groups = ((IList)dict[Groups]!).Cast<object?>().Select((group, g) => Group(file, values, group, g)).ToArray();
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        foreach (var (number, entries) in (SavedDict)dict[State]!)
            state[Number(file, number)] = entries is SavedDict own ? values.Entries(own, $"parameter {number}")
                : throw Fault.StateShape(file, $"state of parameter {number} is {Described(entries)}", "a dictionary");
        values.End();
        var plan = dict.TryGetValue(Plan, out var saved) && saved is SavedDict known ? values.Entries(known, Plan) : null;
        return new(state, groups, dict.TryGetValue(Rule, out var rule) ? rule as string : null, plan);
    }

    static SavedDict Find(string file, object? root)
    {
        if (root is not SavedDict dict) throw Fault.NoOptimizer(file, Described(root));
        if (IsOptimizer(dict)) return dict;
        var found = dict.Where(e => e.Value is SavedDict inner && IsOptimizer(inner)).ToArray();
        return found.Length switch
        {
            0 => throw Fault.NoOptimizer(file, Described(root)),
            1 => (SavedDict)found[0].Value!,
            _ => throw Fault.ManyOptimizers(file, found.Select(e => $"{e.Key}")),
        };
    }

    static bool IsOptimizer(SavedDict dict) =>
        dict.TryGetValue(State, out var state) && state is SavedDict
        && dict.TryGetValue(Groups, out var groups) && groups is List<object?> or object?[];

    static int Number(string file, object key) => key switch
    {
        long and >= 0 and <= int.MaxValue and var n => (int)n,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => n,
        _ => throw Fault.StateShape(
            file,
            $"its state is keyed by '{key}'",
            "the parameters' numbers, as state_dict() of one process has them"),
    };

    static IReadOnlyDictionary<string, object?> Group(string file, StateValues values, object? group, int g)
    {
        if (group is not SavedDict dict) throw Fault.StateShape(file, $"group {g} is {Described(group)}", "a dictionary");
        var options = new Dictionary<string, object?>();
        foreach (var (key, value) in dict)
            options[StateValues.Text(key)] = key switch
            {
                "params" => Numbers(file, value, g),
                "param_names" => value is IList names && names.Cast<object?>().All(n => n is string) ? names.Cast<string>().ToArray()
                    : throw Fault.StateShape(file, $"param_names of group {g} is {Described(value)}", "a list of texts"),
                _ => values.Value(value, $"group {g}: {key}"),
            };
        if (options.TryGetValue(MaxEval.Key, out var most))
            options[MaxEval.Key] = MaxEval.OfOurs(most, options.GetValueOrDefault(MaxEval.Search));
        if (!options.ContainsKey("params")) throw Fault.StateShape(file, $"group {g} has no 'params'", "the numbers of its parameters");
        return options;
    }

    static int[] Numbers(string file, object? value, int g)
    {
        if (value is not IList list || value is byte[])
            throw Fault.StateShape(file, $"params of group {g} is {Described(value)}", "a list of the parameters' numbers");
        return [.. list.Cast<object?>().Select(One)];

        int One(object? n) => n is long and >= 0 and <= int.MaxValue and var number ? (int)number
            : throw Fault.StateShape(file, $"params of group {g} has {Described(n)}", "the parameters' numbers");
    }

    public static string Described(object? value) => value switch
    {
        null => "nothing (None)",
        SavedDict dict => dict.Count == 0 ? "an empty dictionary" : $"a dictionary of {dict}",
        SavedTensor tensor => $"a tensor, {tensor}",
        IList list and not byte[] => $"a list of {list.Count}",
        string text => $"the text '{text[..Math.Min(text.Length, 40)]}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value} ({value.GetType().Name})"),
    };
}
