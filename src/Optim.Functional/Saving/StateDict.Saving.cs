using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Optim.Functional;

// As text, as a stream and as a file: docs/state-files.md.
public sealed partial class StateDict
{
    /// <summary>Bytes that are sent on together, at least.</summary>
    const int Part = 1 << 16;

    /// <summary>JSON without loss: every bit, NaN and infinities too. Up to 1000 numbers of a tensor are numbers, more are their bits in
    /// base64.</summary>
    /// <remarks>Without the serializer's reflection, which programs published ahead of time do not have. For large states see
    /// <see cref="Save(Stream)"/>: a string holds no more than 1,073,741,791 characters.</remarks>
    public string ToJson()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text)) StateDictWriter.All(StateDictWriter.Write(writer, this));
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Writes the JSON of <see cref="ToJson"/> to a stream, part by part: beside the tensors there is memory for a part only, and
    /// for one matrix that stands column by column.</summary>
    /// <param name="stream">Written to from where it stands; it stays open.</param>
    public void Save(Stream stream)
    {
        if (stream is null) throw Fault.Null("the stream");
        foreach (var text in Parts())
        {
            stream.Write(text.WrittenSpan);
            text.ResetWrittenCount();
        }
    }

    /// <summary>Writes a file that is the old one or the new one, whole, whatever happens meanwhile.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    public void Save(string path) => WholeFile.Write(path ?? throw Fault.Null("the path"), Save);

    /// <summary><see cref="Save(Stream)"/>, where writing is waited for.</summary>
    /// <param name="stream">Written to from where it stands; it stays open.</param>
    /// <param name="cancel">Ends it between two parts, and leaves the stream with a part of the JSON.</param>
    public async Task SaveAsync(Stream stream, CancellationToken cancel = default)
    {
        if (stream is null) throw Fault.Null("the stream");
        foreach (var text in Parts())
        {
            await stream.WriteAsync(text.WrittenMemory, cancel).ConfigureAwait(false);
            text.ResetWrittenCount();
        }
    }

    /// <summary>The parts of the JSON in turn, all in one buffer, which is to be emptied in between.</summary>
    IEnumerable<ArrayBufferWriter<byte>> Parts()
    {
        var text = new ArrayBufferWriter<byte>(4 * Part);
        using var writer = new Utf8JsonWriter(text);
        foreach (var waiting in StateDictWriter.Write(writer, this))
        {
            if (waiting < Part) continue;
            writer.Flush();
            yield return text;
        }
        writer.Flush();
        yield return text;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not such JSON.</exception>
    public static StateDict FromJson(string json) =>
        Whole(new JsonSource(Encoding.UTF8.GetBytes(json ?? throw Fault.Null("the JSON text"))));

    /// <summary>Reads what <see cref="Save(Stream)"/> or <see cref="ToJson"/> wrote: beside the tensors there is memory for a part of the
    /// text only.</summary>
    /// <param name="stream">Read from where it stands to its end; it stays open.</param>
    /// <exception cref="JsonException">It is not such JSON, or not whole.</exception>
    public static StateDict Load(Stream stream) => Whole(new JsonSource(stream ?? throw Fault.Null("the stream")));

    /// <summary>Reads the file that <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="JsonException">It holds no such JSON, or it is not whole.</exception>
    public static StateDict Load(string path)
    {
        using var file = File.OpenRead(path ?? throw Fault.Null("the path"));
        return Load(file);
    }

    static StateDict Whole(JsonSource source)
    {
        var saved = StateDictReader.Read(ref source);
        source.End();
        return saved;
    }
}
