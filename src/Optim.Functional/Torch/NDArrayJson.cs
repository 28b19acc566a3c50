using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>A tensor as JSON: element type, shape, and the numbers row by row, of a complex one its two parts. NaN and infinities are
/// texts.</summary>
sealed class NDArrayJson : JsonConverter<NDArray>
{
    public override void Write(Utf8JsonWriter writer, NDArray value, JsonSerializerOptions options) => WriteTensor(writer, value);

    public override NDArray Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ReadTensor(document.RootElement, "The tensor");
    }

    internal static void WriteTensor(Utf8JsonWriter writer, NDArray value)
    {
        writer.WriteStartObject();
        writer.WriteString("dtype", value.TypeName);
        writer.WriteStartArray("shape");
        foreach (var d in value.Dims) writer.WriteNumberValue(d);
        writer.WriteEndArray();
        writer.WriteStartArray("values");
        if (value is NDArray<float> single)
            foreach (var x in single.ToArray())
                if (float.IsFinite(x)) writer.WriteNumberValue(x);
                else WriteNumber(writer, x);
        else foreach (var x in value.As<double>().ToArray()) WriteNumber(writer, x);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static NDArray ReadTensor(JsonElement e, string where)
    {
        var members = StateDictJson.Members(e, where);
        var dtype = members.TryGetValue("dtype", out var d)
            ? Text(d, $"{where}.dtype")
            : throw Fault.Json(where, "a tensor: an object with dtype, shape and values", e);
        int[] shape = Array.ConvertAll(StateDictJson.List(members.GetValueOrDefault("shape"), $"{where}.shape"), n =>
            Whole(n, $"{where}.shape"));
        var values = StateDictJson.List(members.GetValueOrDefault("values"), $"{where}.values");
        var complex = dtype is "complex64" or "complex128";
        if (NDArray.Elements(shape, complex) != values.Length)
            throw Fault.Json(
                $"{where}.values",
                $"{(complex ? "twice " : "")}as many numbers as shape {NDArray.Text(shape)} has",
                members["values"]);
        return dtype switch
        {
            "float32" or "complex64" => Of(Array.ConvertAll(values, x => Single(x, $"{where}.values")), shape, complex),
            "float64" or "complex128" => Of(Array.ConvertAll(values, x => Number(x, $"{where}.values")), shape, complex),
            _ => throw Fault.Json($"{where}.dtype", "float32, float64, complex64 or complex128", members["dtype"]),
        };
    }

    static NDArray<T> Of<T>(T[] values, int[] shape, bool complex) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        (NDArray<T>)new NDArray<T>(values, shape, columnMajor: false, complex: complex).Clone();

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

    internal static double Number(JsonElement e, string where) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var x) && double.IsFinite(x) ? x
        : e.ValueKind == JsonValueKind.String && Named(Text(e, where)) is { } named ? named
        : throw Fault.Json(where, "a number that fits float64", e);

    /// <summary>Read as float at once: by way of double it would be rounded twice.</summary>
    static float Single(JsonElement e, string where) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetSingle(out var x) && float.IsFinite(x) ? x
        : e.ValueKind == JsonValueKind.String && Named(Text(e, where)) is { } named ? (float)named
        : throw Fault.Json(where, "a number that fits float32", e);

    internal static int Whole(JsonElement e, string where) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var n) && n >= 0 ? n : throw Fault.Json(where, "whole numbers from 0", e);

    internal static string Text(JsonElement e, string where)
    {
        try { return e.ValueKind == JsonValueKind.String ? e.GetString()! : throw Fault.Json(where, "a text", e); }
        catch (InvalidOperationException) { throw Fault.Json(where, "a text of whole characters", e); }
    }
}
