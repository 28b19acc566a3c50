using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>Writes a state dict part by part, so that what is written can be sent on in between.</summary>
static class StateDictWriter
{
    /// <summary>Writes part by part.</summary>
    /// <returns>After each part, the bytes that wait in the writer.</returns>
    public static IEnumerable<int> Write(Utf8JsonWriter writer, StateDict saved)
    {
        writer.WriteStartObject();
        if (saved.Rule is not null) writer.WriteString("rule", saved.Rule);
        if (saved.Plan is not null)
        {
            writer.WritePropertyName("plan");
            foreach (var waiting in WriteAny(writer, saved.Plan)) yield return waiting;
        }
        writer.WriteStartObject("state");
        foreach (var (number, entries) in saved.State)
        {
            writer.WritePropertyName(number.ToString(CultureInfo.InvariantCulture));
            foreach (var waiting in WriteAny(writer, entries)) yield return waiting;
        }
        writer.WriteEndObject();
        writer.WriteStartArray("param_groups");
        foreach (var group in saved.ParamGroups)
            foreach (var waiting in WriteAny(writer, group)) yield return waiting;
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Entries of a state dict: tensors, numbers, texts, lists of these.</summary>
    /// <returns>As <see cref="Write"/>.</returns>
    public static IEnumerable<int> WriteAny(Utf8JsonWriter writer, object? value) => value switch
    {
        NDArray tensor => TensorWriter.Write(writer, tensor),
        IReadOnlyDictionary<string, object?> entries => WriteEntries(writer, entries),
        IEnumerable list and not string => WriteList(writer, list),
        _ => WriteScalar(writer, value),
    };

    static IEnumerable<int> WriteEntries(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> entries)
    {
        writer.WriteStartObject();
        foreach (var (key, entry) in entries)
        {
            writer.WritePropertyName(key);
            foreach (var waiting in WriteAny(writer, entry)) yield return waiting;
        }
        writer.WriteEndObject();
    }

    static IEnumerable<int> WriteList(Utf8JsonWriter writer, IEnumerable list)
    {
        writer.WriteStartArray();
        foreach (var item in list)
            foreach (var waiting in WriteAny(writer, item)) yield return waiting;
        writer.WriteEndArray();
    }

    static int[] WriteScalar(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool b: writer.WriteBooleanValue(b); break;
            case int i: writer.WriteNumberValue(i); break;
            case long l: writer.WriteNumberValue(l); break;
            case double d: WriteNumber(writer, d); break;
            case string s: writer.WriteStringValue(s); break;
            default: throw Fault.JsonValue(value);
        }
        return [writer.BytesPending];
    }

    public static void WriteNumber(Utf8JsonWriter writer, double x)
    {
        if (double.IsFinite(x)) writer.WriteNumberValue(x); else writer.WriteStringValue(x.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes all parts.</summary>
    public static void All(IEnumerable<int> parts)
    {
        foreach (var _ in parts) { }
    }
}
