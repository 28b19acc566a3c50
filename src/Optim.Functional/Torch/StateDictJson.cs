using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>Numbers, tensors and lists of a state dict as JSON.</summary>
sealed class StateDictJson : JsonConverter<StateDict>
{
    public override void Write(Utf8JsonWriter writer, StateDict value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Rule is not null) writer.WriteString("rule", value.Rule);
        if (value.Plan is not null) WriteMember(writer, "plan", value.Plan);
        writer.WriteStartObject("state");
        foreach (var (number, entries) in value.State) WriteMember(writer, number.ToString(CultureInfo.InvariantCulture), entries);
        writer.WriteEndObject();
        writer.WriteStartArray("param_groups");
        foreach (var group in value.ParamGroups) WriteAny(writer, group);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public override StateDict Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = Members(document.RootElement, "The state dict");
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        var groups = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var (key, entries) in Members(root.GetValueOrDefault("state"), "state"))
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw Fault.Json($"state.{key}", "a parameter's number as key", entries);
            var values = Members(entries, $"state.{key}").ToDictionary(e => e.Key, e => ReadAny(e.Value, $"state.{key}.{e.Key}"));
            if (!state.TryAdd(number, values)) throw Fault.JsonTwice("state", $"parameter {number}");
        }
        foreach (var group in List(root.GetValueOrDefault("param_groups"), "param_groups"))
            groups.Add(ReadGroup(group, $"param_groups[{groups.Count}]"));
        Once(groups.SelectMany(g => (int[])g["params"]!), number => $"parameter {number}");
        Once(groups.SelectMany(g => g.GetValueOrDefault("param_names") as string[] ?? []), name => $"'{name}'");
        var plan = root.TryGetValue("plan", out var saved)
            ? Plain(saved, "plan") as IReadOnlyDictionary<string, object?> ?? throw Fault.Json("plan", "an object", saved)
            : null;
        return new(state, groups, root.TryGetValue("rule", out var rule) ? NDArrayJson.Text(rule, "rule") : null, plan);
    }

    static Dictionary<string, object?> ReadGroup(JsonElement e, string where)
    {
        var members = Members(e, where);
        var numbers = Array.ConvertAll(List(members.GetValueOrDefault("params"), $"{where}.params"), n =>
            NDArrayJson.Whole(n, $"{where}.params"));
        var group = members.ToDictionary(m => m.Key, m => m.Key switch
        {
            "params" => numbers,
            "param_names" => Array.ConvertAll(List(m.Value, $"{where}.param_names"), name =>
                NDArrayJson.Text(name, $"{where}.param_names")),
            _ => ReadAny(m.Value, $"{where}.{m.Key}"),
        });
        if (group.GetValueOrDefault("param_names") is string[] names && names.Length != numbers.Length)
            throw Fault.Json($"{where}.param_names", $"{numbers.Length} names", members["param_names"]);
        return group;
    }

    /// <summary>Numbers of parameters and names are each's own.</summary>
    static void Once<T>(IEnumerable<T> all, Func<T, string> label)
    {
        foreach (var alike in all.GroupBy(x => x))
            if (alike.Count() > 1) throw Fault.JsonTwice("param_groups", label(alike.Key));
    }

    static void WriteMember(Utf8JsonWriter writer, string name, object? value)
    {
        writer.WritePropertyName(name);
        WriteAny(writer, value);
    }

    static void WriteAny(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool b: writer.WriteBooleanValue(b); break;
            case int i: writer.WriteNumberValue(i); break;
            case long l: writer.WriteNumberValue(l); break;
            case double d: NDArrayJson.WriteNumber(writer, d); break;
            case string s: writer.WriteStringValue(s); break;
            case NDArray t: NDArrayJson.WriteTensor(writer, t); break;
            case IReadOnlyDictionary<string, object?> entries:
                writer.WriteStartObject();
                foreach (var (key, entry) in entries) WriteMember(writer, key, entry);
                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list) WriteAny(writer, item);
                writer.WriteEndArray();
                break;
            default: throw Fault.JsonValue(value);
        }
    }

    internal static Dictionary<string, JsonElement> Members(JsonElement e, string where)
    {
        if (e.ValueKind != JsonValueKind.Object) throw Fault.Json(where, "an object", e);
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in e.EnumerateObject())
            if (!members.TryAdd(Name(member, where), member.Value)) throw Fault.JsonTwice(where, $"'{member.Name}'");
        return members;
    }

    static string Name(JsonProperty member, string where)
    {
        try { return member.Name; }
        catch (InvalidOperationException) { throw Fault.Json(where, "names of whole characters", member.Value); }
    }

    internal static JsonElement[] List(JsonElement e, string where) =>
        e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray()] : throw Fault.Json(where, "a list", e);

    /// <summary>Objects, lists, numbers and texts, without tensors.</summary>
    static object? Plain(JsonElement e, string where) => e.ValueKind switch
    {
        JsonValueKind.Object => Members(e, where).ToDictionary(m => m.Key, m => Plain(m.Value, $"{where}.{m.Key}")),
        JsonValueKind.Array => e.EnumerateArray().Select(item => Plain(item, where)).ToArray(),
        _ => ReadAny(e, where),
    };

    /// <summary>A whole number that fits long; of -0 only a double has the sign.</summary>
    static long? Whole(string text) =>
        text != "-0" && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    static object? ReadAny(JsonElement e, string where) => e.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Whole(e.GetRawText()) is { } whole ? (object)whole : NDArrayJson.Number(e, where),
        JsonValueKind.String => NDArrayJson.Text(e, where) is var text && NDArrayJson.Named(text) is { } d ? d : text,
        JsonValueKind.Array => e.EnumerateArray().Select(item => ReadAny(item, where)).ToArray(),
        _ => NDArrayJson.ReadTensor(e, where),
    };
}
