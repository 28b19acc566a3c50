using System.Text.Json;

namespace Optim.Functional;

/// <summary>Where a part of a tensor stands in the files of a sharded state.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Slot">The slot's key; empty: the parameter's own numbers.</param>
/// <param name="Shape">Of the whole tensor.</param>
/// <param name="Type">float32 or float64.</param>
/// <param name="IsComplex">Whether each two numbers are one.</param>
/// <param name="ColumnMajor">Whether the numbers stand column by column.</param>
/// <param name="Start">Its first number in the tensor, as they stand.</param>
/// <param name="Length">Its numbers.</param>
/// <param name="File">The file.</param>
/// <param name="At">The byte of the file at which it begins.</param>
readonly record struct Piece(
    string Name, string Slot, int[] Shape, string Type, bool IsComplex, bool ColumnMajor, long Start, long Length, string File, long At)
{
    public bool IsFloat => Type == "float32";

    public static void Write(Utf8JsonWriter writer, IEnumerable<Piece> pieces)
    {
        writer.WriteStartArray();
        foreach (var p in pieces)
        {
            writer.WriteStartObject();
            writer.WriteString("name", p.Name);
            writer.WriteString("slot", p.Slot);
            writer.WriteStartArray("shape");
            foreach (var d in p.Shape) writer.WriteNumberValue(d);
            writer.WriteEndArray();
            writer.WriteString("type", p.Type);
            writer.WriteBoolean("complex", p.IsComplex);
            writer.WriteBoolean("column_major", p.ColumnMajor);
            writer.WriteNumber("start", p.Start);
            writer.WriteNumber("length", p.Length);
            writer.WriteString("file", p.File);
            writer.WriteNumber("at", p.At);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static Piece[] Read(JsonElement all) => [.. all.EnumerateArray().Select(p => new Piece(
        Text(p, "name"), Text(p, "slot"), [.. p.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())], Text(p, "type"),
        p.GetProperty("complex").GetBoolean(), p.GetProperty("column_major").GetBoolean(),
        p.GetProperty("start").GetInt64(), p.GetProperty("length").GetInt64(), Text(p, "file"), p.GetProperty("at").GetInt64()))];

    static string Text(JsonElement of, string key) => of.GetProperty(key).GetString()!;
}
