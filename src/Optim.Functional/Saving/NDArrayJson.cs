using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>A tensor within other JSON.</summary>
sealed class NDArrayJson : JsonConverter<NDArray>
{
    public override void Write(Utf8JsonWriter writer, NDArray value, JsonSerializerOptions options) =>
        StateDictWriter.All(TensorWriter.Write(writer, value));

    public override NDArray Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var source = new JsonSource(JsonMarshal.GetRawUtf8Value(document.RootElement));
        return TensorReader.Read(ref source, "The tensor");
    }
}
