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
        writer.WriteStartObject("state");
        foreach (var (number, entries) in value.State) { writer.WritePropertyName(number.ToString(CultureInfo.InvariantCulture)); WriteAny(writer, entries); }
        writer.WriteEndObject();
        writer.WriteStartArray("param_groups");
        foreach (var group in value.ParamGroups) WriteAny(writer, group);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public override StateDict Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("state", out var state) || state.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("param_groups", out var groups) || groups.ValueKind != JsonValueKind.Array)
            throw new JsonException("A state dict is a JSON object with an object 'state' and an array 'param_groups'.");
        var byNumber = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        foreach (var entry in state.EnumerateObject())
            byNumber[int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
                : throw new JsonException($"A key of 'state' is a parameter's number, got '{entry.Name}'.")] = ReadObject(entry.Value);
        foreach (var group in groups.EnumerateArray())
            if (group.ValueKind != JsonValueKind.Object || !group.TryGetProperty("params", out var numbers) || numbers.ValueKind != JsonValueKind.Array
                || numbers.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.Number || !n.TryGetInt32(out _)))
                throw new JsonException("A parameter group is a JSON object with an array 'params' of whole numbers.");
        return new(byNumber, [.. groups.EnumerateArray().Select(ReadObject)]);
    }

    static void WriteAny(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool b: writer.WriteBooleanValue(b); break;
            case int i: writer.WriteNumberValue(i); break;
            case long l: writer.WriteNumberValue(l); break;
            case double d: TensorJson.WriteNumber(writer, d); break;
            case string s: writer.WriteStringValue(s); break;
            case Tensor t: TensorJson.WriteTensor(writer, t); break;
            case IReadOnlyDictionary<string, object?> entries:
                writer.WriteStartObject();
                foreach (var (key, entry) in entries) { writer.WritePropertyName(key); WriteAny(writer, entry); }
                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list) WriteAny(writer, item);
                writer.WriteEndArray();
                break;
            default: throw new JsonException($"A state dict holds numbers, truth values, texts, tensors and lists; got {value.GetType()}.");
        }
    }

    static IReadOnlyDictionary<string, object?> ReadObject(JsonElement e) => e.ValueKind == JsonValueKind.Object
        ? e.EnumerateObject().ToDictionary(p => p.Name, p => ReadAny(p.Value)) : throw new JsonException($"Wanted a JSON object, got {e.ValueKind}.");

    static object? ReadAny(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => e.GetRawText() is var text && text != "-0" && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l) ? (object)l : e.GetDouble(),
        JsonValueKind.String => e.GetString() is var text && TensorJson.Named(text) is { } d ? d : text,
        JsonValueKind.Array => e.EnumerateArray().Select(ReadAny).ToArray(),
        _ => TensorJson.ReadTensor(e),
    };
}

/// <summary>A tensor as JSON: element type, shape, and the numbers row by row.</summary>
sealed class TensorJson : JsonConverter<Tensor>
{
    public override void Write(Utf8JsonWriter writer, Tensor value, JsonSerializerOptions options) => WriteTensor(writer, value);

    public override Tensor Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ReadTensor(document.RootElement);
    }

    internal static void WriteTensor(Utf8JsonWriter writer, Tensor value)
    {
        writer.WriteStartObject();
        writer.WriteString("dtype", value is Tensor<float> ? "float32" : "float64");
        writer.WriteStartArray("shape");
        foreach (var d in value.Dims) writer.WriteNumberValue(d);
        writer.WriteEndArray();
        writer.WriteStartArray("values");
        if (value is Tensor<float> single) foreach (var x in single.ToArray()) { if (float.IsFinite(x)) writer.WriteNumberValue(x); else WriteNumber(writer, x); }
        else foreach (var x in value.As<double>().ToArray()) WriteNumber(writer, x);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static Tensor ReadTensor(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Object || !e.TryGetProperty("dtype", out var dtype) || !e.TryGetProperty("shape", out var shape) || !e.TryGetProperty("values", out var values))
            throw new JsonException("A tensor is a JSON object with 'dtype', 'shape' and 'values'.");
        int[] dims = [.. shape.EnumerateArray().Select(d => d.GetInt32())];
        try
        {
            return dtype.GetString() switch
            {
                "float32" => Tensor<float>.Dense([.. values.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Number ? x.GetSingle() : (float)Number(x))], dims, false),
                "float64" => Tensor<double>.Dense([.. values.EnumerateArray().Select(Number)], dims, false),
                var other => throw new JsonException($"A tensor's dtype is float32 or float64, got '{other}'."),
            };
        }
        catch (ArgumentException fault) { throw new JsonException(fault.Message, fault); }
    }

    internal static void WriteNumber(Utf8JsonWriter writer, double x)
    {
        if (double.IsFinite(x)) writer.WriteNumberValue(x); else writer.WriteStringValue(x.ToString(CultureInfo.InvariantCulture));
    }

    internal static double? Named(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    static double Number(JsonElement e) => e.ValueKind == JsonValueKind.Number ? e.GetDouble()
        : e.ValueKind == JsonValueKind.String && Named(e.GetString()) is { } d ? d : throw new JsonException($"Wanted a number, got {e.GetRawText()}.");
}
