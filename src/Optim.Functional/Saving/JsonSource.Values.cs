using System.Text;
using System.Text.Json;

namespace Optim.Functional;

// What stands there: numbers, texts, and how they are shown in messages.
ref partial struct JsonSource
{
    const int MostShown = 40;

    /// <summary>The current token as it stands there.</summary>
    ReadOnlySpan<byte> Token => text[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];

    public bool TryGet(out int value)
    {
        value = 0;
        return Type == JsonTokenType.Number && reader.TryGetInt32(out value);
    }

    public bool TryGet(out long value)
    {
        value = 0;
        return Type == JsonTokenType.Number && !Token.SequenceEqual("-0"u8) && reader.TryGetInt64(out value);
    }

    public bool TryGet(out double value)
    {
        if (Type == JsonTokenType.Number) return reader.TryGetDouble(out value) && double.IsFinite(value);
        value = Type != JsonTokenType.String ? 0
            : Token.SequenceEqual("\"NaN\""u8) ? double.NaN
            : Token.SequenceEqual("\"Infinity\""u8) ? double.PositiveInfinity
            : Token.SequenceEqual("\"-Infinity\""u8) ? double.NegativeInfinity : 0;
        return value != 0;
    }

    /// <summary>Read as float at once: by way of double it would be rounded twice.</summary>
    public bool TryGet(out float value)
    {
        if (Type == JsonTokenType.Number) return reader.TryGetSingle(out value) && float.IsFinite(value);
        var isNamed = TryGet(out double named);
        value = (float)named;
        return isNamed;
    }

    /// <summary>The text that stands there.</summary>
    public string String(string where)
    {
        try
        {
            return Type == JsonTokenType.String ? reader.GetString()! : throw Fault.Json(where, "a text", Shown());
        }
        catch (InvalidOperationException)
        {
            throw Fault.Json(where, "a text of whole characters", Shown());
        }
    }

    /// <summary>The letters of the text that stands there; they are there until the next token is read.</summary>
    public ReadOnlySpan<byte> Letters(string where)
    {
        if (Type == JsonTokenType.String && !reader.ValueIsEscaped) return reader.ValueSpan;
        return Encoding.UTF8.GetBytes(String(where));
    }

    /// <summary>How the current value begins, for messages. The source stands where it stood.</summary>
    public string Shown()
    {
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return Shown(Token);
        if (!isWhole && text.Length - (int)reader.BytesConsumed < 8 * MostShown) Fill();
        var from = text[(int)reader.BytesConsumed..];
        from = from[..Math.Min(from.Length, 8 * MostShown)];
        byte[] value = [Type == JsonTokenType.StartObject ? (byte)'{' : (byte)'[', .. from];
        var whole = new Utf8JsonReader(value);
        try
        {
            whole.Read();
            return Shown(value.AsSpan(0, whole.TrySkip() ? (int)whole.BytesConsumed : value.Length));
        }
        catch (JsonException)
        {
            return Shown(value);
        }
    }

    static string Shown(ReadOnlySpan<byte> value)
    {
        var shown = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 8 * MostShown)]);
        return shown.Length > MostShown ? shown[..MostShown] + "..." : shown;
    }
}
