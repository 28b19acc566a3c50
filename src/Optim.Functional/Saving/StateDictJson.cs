using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>A state dict within other JSON.</summary>
sealed class StateDictJson : JsonConverter<StateDict>
{
    public override void Write(Utf8JsonWriter writer, StateDict value, JsonSerializerOptions options) =>
        StateDictWriter.All(StateDictWriter.Write(writer, value));

    public override StateDict Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var source = new JsonSource(JsonMarshal.GetRawUtf8Value(document.RootElement));
        return StateDictReader.Read(ref source);
    }
}
