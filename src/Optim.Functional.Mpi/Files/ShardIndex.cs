using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>The index of a sharded state: which part of what is in which file, and all that is no tensor.</summary>
/// <param name="Folder">The folder of the files, within that of the state.</param>
/// <param name="Marks">The files.</param>
/// <param name="Pieces">The parts.</param>
/// <param name="Rest">Options, plan, step counts and scalars: a state dict without tensors.</param>
/// <param name="Note">The caller's own.</param>
sealed record ShardIndex(string Folder, ShardMark[] Marks, Piece[] Pieces, StateDict Rest, string? Note)
{
    public const string FileName = "index.json";
    const string Kind = "Optim.Functional shards, version 1";

    public void Write(Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("format", Kind);
        writer.WriteString("folder", Folder);
        writer.WriteString("note", Note);
        writer.WriteStartArray("files");
        foreach (var (file, bytes, check) in Marks)
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteNumber("bytes", bytes);
            writer.WriteNumber("crc32c", check);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WritePropertyName("tensors");
        Piece.Write(writer, Pieces);
        writer.WritePropertyName("state");
        writer.WriteRawValue(Rest.ToJson());
        writer.WriteEndObject();
    }

    /// <exception cref="InvalidDataException">It is no such index, or a file of it is not whole.</exception>
    public static ShardIndex Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, FileName)));
            var all = json.RootElement;
            if (all.GetProperty("format").GetString() != Kind) throw MpiFault.NotShards(path, $"its format is not '{Kind}'.");
            var index = new ShardIndex(
                all.GetProperty("folder").GetString()!,
                [.. all.GetProperty("files").EnumerateArray().Select(f => new ShardMark(
                    f.GetProperty("file").GetString()!, f.GetProperty("bytes").GetInt64(), f.GetProperty("crc32c").GetUInt32()))],
                Piece.Read(all.GetProperty("tensors")),
                StateDict.FromJson(all.GetProperty("state").GetRawText()),
                all.GetProperty("note").GetString());
            index.Check(path);
            return index;
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw e is InvalidDataException ? e : MpiFault.NotShards(path, e.Message);
        }
    }

    /// <summary>That the files are there and as long as they were. What is read is checked against their sums where a whole file
    /// is.</summary>
    void Check(string path)
    {
        foreach (var name in Marks.Select(m => m.File).Append(Folder))
            if (name != Path.GetFileName(name) || name.Length == 0)
                throw MpiFault.NotShards(path, $"it names '{name}', which is not within it.");
        foreach (var (file, bytes, _) in Marks)
        {
            var found = new FileInfo(Path.Combine(path, Folder, file));
            if (!found.Exists || found.Length != bytes)
                throw MpiFault.NotShards(path, $"{file} has {(found.Exists ? found.Length : 0)} bytes, wanted {bytes}.");
        }
        foreach (var piece in Pieces)
        {
            var of = Marks.FirstOrDefault(m => m.File == piece.File);
            var end = piece.At + piece.Length * (piece.IsFloat ? sizeof(float) : sizeof(double));
            var length = NDArray.Elements(piece.Shape, piece.IsComplex);
            var isWithin = piece is { At: >= 0, Length: >= 0, Start: >= 0 } && end <= of.Bytes && piece.Start + piece.Length <= length;
            if (of.File is null || !isWithin)
                throw MpiFault.NotShards(path, $"'{piece.Name}' {piece.Slot} is not within {piece.File}.");
        }
    }

    /// <summary>Compares the files with their sums.</summary>
    public void CheckSums(string path)
    {
        var bytes = new byte[1 << 20];
        foreach (var (name, _, wanted) in Marks)
        {
            using var file = File.OpenRead(Path.Combine(path, Folder, name));
            var got = 0u;
            while (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) is > 0 and var n)
                got = ShardFile.Checked(got, bytes.AsSpan(0, n));
            if (got != wanted) throw MpiFault.NotShards(path, $"{name} has other numbers than were written.");
        }
    }

    /// <summary>Texts of all processes made one.</summary>
    public static string Pack(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text)) write(writer);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
