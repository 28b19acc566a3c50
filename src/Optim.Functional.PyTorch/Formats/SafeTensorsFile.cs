using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;

namespace Optim.Functional.PyTorch;

/// <summary>safetensors: the length of a header, the header as JSON, then the numbers of all tensors one after another, without gaps and
/// without anything behind them.</summary>
static class SafeTensorsFile
{
    const int LongestHeader = 100_000_000, Alignment = 8;
    const string Metadata = "__metadata__";

    /// <summary>The entry of the metadata that has the CRC-32 of all numbers, where this library has written the file.</summary>
    const string CrcKey = "optim_functional.crc32";

    public static (SavedDict Tensors, IReadOnlyDictionary<string, string> Metadata) Read(FileBytes file, bool verify)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, sizeof(ulong)));
        var after = file.Length - sizeof(ulong);
        if (length > (ulong)Math.Min(LongestHeader, after))
            throw Fault.SafeTensors(
                file.Name,
                $"its header says {length} bytes, and {after} follow, of which {LongestHeader} may be header");
        var (entries, metadata) = Header(file, file.Read(sizeof(ulong), (int)length));
        var start = sizeof(ulong) + (long)length;
        var end = CheckOrder(file, entries);
        if (end != file.Length - start) throw Fault.SafeTensorsEnd(file.Name, end, file.Length - start);
        var crc = verify && Crc(metadata) is { } wanted ? new Checksum(file, start, end, "its numbers", wanted) : null;
        var tensors = new SavedDict();
        foreach (var e in entries) tensors.Set(e.Name, new SavedTensor(e.Dtype, e.Shape, new FilePart(file, start + e.Begin, crc)));
        return (tensors, metadata.Where(m => m.Key != CrcKey).ToDictionary());
    }

    static uint? Crc(IReadOnlyDictionary<string, string> metadata) => metadata.TryGetValue(CrcKey, out var text)
        && uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var crc) ? crc : null;

    sealed record Entry(string Name, Dtype Dtype, long[] Shape, long Begin, long End);

    /// <summary>The bytes of all tensors, none of which may lie in another or leave a gap.</summary>
    static long CheckOrder(FileBytes file, List<Entry> entries)
    {
        long end = 0;
        foreach (var e in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (e.Begin != end) throw Fault.SafeTensors(file.Name, $"'{e.Name}' begins at {e.Begin}, and what is before it ends at {end}");
            end = e.End;
        }
        return end;
    }

    static (List<Entry>, Dictionary<string, string> Metadata) Header(FileBytes file, byte[] header)
    {
        if (header.Length == 0 || header[0] != '{') throw Fault.SafeTensors(file.Name, "its header is no JSON object");
        var (entries, metadata, names) = (new List<Entry>(), new Dictionary<string, string>(), new HashSet<string>());
        try
        {
            var json = new Utf8JsonReader(header, new() { MaxDepth = 4 });
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                if (!names.Add(name)) throw Fault.SafeTensors(file.Name, $"'{name}' stands twice in its header");
                json.Read();
                if (json.TokenType != JsonTokenType.StartObject) throw Fault.SafeTensors(file.Name, $"'{name}' is no object in its header");
                if (name == Metadata) ReadMetadata(ref json, metadata);
                else entries.Add(ReadEntry(file, ref json, name));
            }
            while (json.Read()) { }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Fault.SafeTensors(file.Name, $"its header is damaged: {e.Message.TrimEnd('.')}");
        }
        return (entries, metadata);
    }

    static void ReadMetadata(ref Utf8JsonReader json, Dictionary<string, string> metadata)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            metadata[key] = json.GetString() ?? "";
        }
    }

    static Entry ReadEntry(FileBytes file, ref Utf8JsonReader json, string name)
    {
        var (type, shape, offsets) = ((string?)null, (long[]?)null, (long[]?)null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString();
            json.Read();
            switch (key)
            {
                case "dtype": type = json.GetString(); break;
                case "shape": shape = Numbers(file, ref json, name); break;
                case "data_offsets": offsets = Numbers(file, ref json, name); break;
                default: throw Fault.SafeTensors(file.Name, $"'{name}' has '{key}', wanted dtype, shape and data_offsets");
            }
        }
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw Fault.SafeTensors(file.Name, $"'{name}' lacks one of dtype, shape and data_offsets");
        if (DtypeInfo.All.FirstOrDefault(d => d.SafeTensors == type) is not { } dtype)
            throw Fault.UnknownDtype(file.Name, name, type);
        var wanted = (Int128)Views.Count(shape) * dtype.Size;
        if (begin > end || end - begin != wanted) throw Fault.TensorLength(file.Name, name, wanted, end - begin);
        return new(name, dtype.Dtype, shape, begin, end);
    }

    static long[] Numbers(FileBytes file, ref Utf8JsonReader json, string name)
    {
        var numbers = new List<long>();
        if (json.TokenType != JsonTokenType.StartArray) throw Fault.SafeTensors(file.Name, $"'{name}' has no list where one is wanted");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            numbers.Add(json.GetInt64() is >= 0 and var n ? n : throw Fault.SafeTensors(file.Name, $"'{name}' has a number below 0"));
        return [.. numbers];
    }

    /// <summary>Writes such a file: wide types first, so that all are aligned.</summary>
    public static void Write(
        Stream to,
        IReadOnlyList<(string Name, SavedTensor Tensor)> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        var sorted = tensors
            .OrderByDescending(t => DtypeInfo.Of(t.Tensor.Dtype).Size)
            .ThenBy(t => t.Name, StringComparer.Ordinal)
            .ToArray();
        var sum = new Crc32();
        foreach (var (_, tensor) in sorted)
            foreach (var part in ZipWriter.Parts(tensor.Data, tensor.Bytes)) sum.Append(part.Span);
        var header = Header(sorted, metadata, sum.GetCurrentHashAsUInt32());
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        to.Write(length);
        to.Write(header);
        foreach (var (_, tensor) in sorted)
            foreach (var part in ZipWriter.Parts(tensor.Data, tensor.Bytes)) to.Write(part.Span);
    }

    static byte[] Header((string Name, SavedTensor Tensor)[] sorted, IReadOnlyDictionary<string, string> metadata, uint crc)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteString(CrcKey, crc.ToString("x8", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            long at = 0;
            foreach (var (name, tensor) in sorted)
            {
                var dtype = DtypeInfo.Of(tensor.Dtype).SafeTensors ?? throw Fault.NoDtype("safetensors", name, tensor.TypeName);
                json.WriteStartObject(name);
                json.WriteString("dtype", dtype);
                json.WriteStartArray("shape");
                foreach (var d in tensor.Shape) json.WriteNumberValue(d);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (text.Length % Alignment != 0) text.WriteByte((byte)' ');
        return text.ToArray();
    }
}
