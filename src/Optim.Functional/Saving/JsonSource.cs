using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>The tokens of a JSON text: one that is there, or one that comes out of a stream, of which a part is kept at a
/// time.</summary>
ref partial struct JsonSource
{
    const int Part = 1 << 20;
    const int MostToken = 1 << 30;

    readonly Stream? stream;
    byte[] buffer = [];
    ReadOnlySpan<byte> text;
    bool isWhole;
    Utf8JsonReader reader;

    /// <summary>A text that is there.</summary>
    public JsonSource(ReadOnlySpan<byte> text)
    {
        this.text = text;
        isWhole = true;
        reader = new(text);
        Read();
    }

    /// <summary>A text that the stream gives from where it stands to its end, with or without a byte order mark.</summary>
    public JsonSource(Stream stream)
    {
        (this.stream, buffer) = (stream, new byte[Part]);
        Fill();
        if (text.StartsWith(Encoding.UTF8.Preamble)) reader = new(text = text[Encoding.UTF8.Preamble.Length..], isWhole, default);
        Read();
    }

    /// <summary>What the current token is.</summary>
    public readonly JsonTokenType Type => reader.TokenType;

    /// <summary>Goes to the next token, if there is one.</summary>
    /// <exception cref="JsonException">What follows is no JSON, or the text ends too early.</exception>
    public void Read()
    {
        while (true)
        {
            try
            {
                if (reader.Read()) return;
            }
            catch (JsonException e)
            {
                throw Fault.JsonBroken(e);
            }
            if (isWhole) return;
            Fill();
        }
    }

    /// <summary>Nothing may follow.</summary>
    public void End() => Read();

    /// <summary>Keeps what has not been read yet, and puts what follows behind it.</summary>
    void Fill()
    {
        var rest = text[(int)reader.BytesConsumed..];
        var room = buffer;
        if (rest.Length == room.Length)
            room = room.Length < MostToken ? new byte[2 * room.Length] : throw Fault.JsonTokenTooLong(MostToken);
        rest.CopyTo(room);
        var more = stream!.ReadAtLeast(room.AsSpan(rest.Length), room.Length - rest.Length, throwOnEndOfStream: false);
        isWhole = rest.Length + more < room.Length;
        text = room.AsSpan(0, rest.Length + more);
        buffer = room;
        reader = new(text, isWhole, reader.CurrentState);
    }

    /// <summary>Steps into an object.</summary>
    /// <returns>The names of its members, for <see cref="Member"/>.</returns>
    public HashSet<string> Object(string where) =>
        Type == JsonTokenType.StartObject ? [] : throw Fault.Json(where, "an object", Shown());

    /// <summary>Goes to the next member's value.</summary>
    /// <returns>Its name, or null at the object's end.</returns>
    public string? Member(HashSet<string> names, string where)
    {
        Read();
        if (Type == JsonTokenType.EndObject) return null;
        var name = Name(where);
        if (!names.Add(name)) throw Fault.JsonTwice(where, $"'{name}'");
        Read();
        return name;
    }

    string Name(string where)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            Read();
            throw Fault.Json(where, "names of whole characters", Shown());
        }
    }

    /// <summary>Steps into a list.</summary>
    public void List(string where)
    {
        if (Type != JsonTokenType.StartArray) throw Fault.Json(where, "a list", Shown());
    }

    /// <summary>Goes to the next item.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Item()
    {
        Read();
        return Type != JsonTokenType.EndArray;
    }

    /// <summary>Goes to the last token of the current value.</summary>
    public void Skip()
    {
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        for (var depth = reader.CurrentDepth; ;)
        {
            Read();
            if (Type is JsonTokenType.EndObject or JsonTokenType.EndArray && reader.CurrentDepth == depth) return;
        }
    }

    /// <summary>The current value as a text of its own; goes to its last token.</summary>
    public byte[] Copy(string where)
    {
        var copy = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(copy, new() { SkipValidation = true }))
            for (var depth = reader.CurrentDepth; ;)
            {
                if (Type == JsonTokenType.StartObject) writer.WriteStartObject();
                else if (Type == JsonTokenType.StartArray) writer.WriteStartArray();
                else if (Type == JsonTokenType.EndObject) writer.WriteEndObject();
                else if (Type == JsonTokenType.EndArray) writer.WriteEndArray();
                else if (Type == JsonTokenType.PropertyName) writer.WritePropertyName(Name(where));
                else writer.WriteRawValue(Token, skipInputValidation: true);
                if (reader.CurrentDepth == depth && Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) break;
                Read();
            }
        return copy.WrittenSpan.ToArray();
    }
}
