using System.Globalization;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>Reads a state dict. It says where and what is wrong, and takes no memory for numbers that do not come.</summary>
static class StateDictReader
{
    public static StateDict Read(ref JsonSource source)
    {
        const string where = "The state dict";
        var names = source.Object(where);
        string? rule = null;
        IReadOnlyDictionary<string, object?>? plan = null;
        Dictionary<int, IReadOnlyDictionary<string, object?>>? state = null;
        List<IReadOnlyDictionary<string, object?>>? groups = null;
        while (source.Member(names, where) is { } name)
            if (name == "rule") rule = source.String("rule");
            else if (name == "plan") plan = Entries(ref source, "plan", nested: true);
            else if (name == "state") state = State(ref source);
            else if (name == "param_groups") groups = Groups(ref source);
            else source.Skip();
        if (state is null) throw Fault.Json("state", "an object", Fault.Nothing);
        if (groups is null) throw Fault.Json("param_groups", "a list", Fault.Nothing);
        if (Twice(groups.SelectMany(g => (int[])g["params"]!)) is [var number, ..])
            throw Fault.JsonTwice("param_groups", $"parameter {number}");
        if (Twice(groups.SelectMany(g => g.GetValueOrDefault("param_names") as string[] ?? [])) is [var label, ..])
            throw Fault.JsonTwice("param_groups", $"'{label}'");
        return new(state, groups, rule, plan);
    }

    static T[] Twice<T>(IEnumerable<T> items) => [.. items.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key)];

    static Dictionary<int, IReadOnlyDictionary<string, object?>> State(ref JsonSource source)
    {
        var (state, names) = (new Dictionary<int, IReadOnlyDictionary<string, object?>>(), source.Object("state"));
        while (source.Member(names, "state") is { } key)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw Fault.Json($"state.{key}", "a parameter's number as key", source.Shown());
            if (!state.TryAdd(number, Entries(ref source, $"state.{key}", nested: false)))
                throw Fault.JsonTwice("state", $"parameter {number}");
        }
        return state;
    }

    static List<IReadOnlyDictionary<string, object?>> Groups(ref JsonSource source)
    {
        source.List("param_groups");
        var groups = new List<IReadOnlyDictionary<string, object?>>();
        while (source.Item()) groups.Add(Group(ref source, $"param_groups[{groups.Count}]"));
        return groups;
    }

    static Dictionary<string, object?> Group(ref JsonSource source, string where)
    {
        var (group, names, shown) = (new Dictionary<string, object?>(), source.Object(where), "");
        while (source.Member(names, where) is { } key)
            if (key == "params") group[key] = TensorReader.WholeNumbers(ref source, $"{where}.params");
            else if (key == "param_names") (shown, group[key]) = (source.Shown(), Labels(ref source, $"{where}.param_names"));
            else group[key] = Any(ref source, $"{where}.{key}", nested: false);
        if (group.GetValueOrDefault("params") is not int[] numbers) throw Fault.Json($"{where}.params", "a list", Fault.Nothing);
        if (group.GetValueOrDefault("param_names") is string[] labels && labels.Length != numbers.Length)
            throw Fault.Json($"{where}.param_names", $"{numbers.Length} names", shown);
        return group;
    }

    static string[] Labels(ref JsonSource source, string where)
    {
        source.List(where);
        var labels = new List<string>();
        while (source.Item()) labels.Add(source.String(where));
        return [.. labels];
    }

    static Dictionary<string, object?> Entries(ref JsonSource source, string where, bool nested)
    {
        var (entries, names) = (new Dictionary<string, object?>(), source.Object(where));
        while (source.Member(names, where) is { } key) entries[key] = Any(ref source, $"{where}.{key}", nested);
        return entries;
    }

    /// <summary>A value of whichever kind.</summary>
    /// <param name="source">It stands there, and goes to its last token.</param>
    /// <param name="where">For messages.</param>
    /// <param name="nested">Whether an object is a dictionary of such values, and not a tensor.</param>
    static object? Any(ref JsonSource source, string where, bool nested)
    {
        switch (source.Type)
        {
            case JsonTokenType.Null: return null;
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.Number when source.TryGet(out long whole): return whole;
            case JsonTokenType.Number or JsonTokenType.String when source.TryGet(out double number): return number;
            case JsonTokenType.Number: throw Fault.Json(where, "a number that fits float64", source.Shown());
            case JsonTokenType.String: return source.String(where);
            case JsonTokenType.StartArray: return List(ref source, where, nested);
            default: return nested ? Entries(ref source, where, nested) : TensorReader.Read(ref source, where);
        }
    }

    static object?[] List(ref JsonSource source, string where, bool nested)
    {
        var list = new List<object?>();
        while (source.Item()) list.Add(Any(ref source, where, nested));
        return [.. list];
    }
}
