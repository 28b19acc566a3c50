using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>What becomes a state dict in other JSON, and cannot be made of one alone.</summary>
abstract class SavedJson<T> : JsonConverter<T> where T : class
{
    /// <summary>What is written: a state dict, or entries of one.</summary>
    protected abstract IEnumerable<int> Write(Utf8JsonWriter writer, T value);

    /// <summary>What reads it, for the message.</summary>
    protected abstract string Reader { get; }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        StateDictWriter.All(Write(writer, value));

    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        throw Fault.ReadAlone(typeof(T).Name, Reader);
}

sealed class StateJson : SavedJson<State>
{
    protected override string Reader => "rule.Load(JsonSerializer.Deserialize<StateDict>(json), parameters)";

    protected override IEnumerable<int> Write(Utf8JsonWriter writer, State value) => StateDictWriter.Write(writer, value.ToStateDict());
}

sealed class OptimizerJson : SavedJson<Optimizer>
{
    protected override string Reader => "optimizer.LoadStateDict(JsonSerializer.Deserialize<StateDict>(json))";

    protected override IEnumerable<int> Write(Utf8JsonWriter writer, Optimizer value) => StateDictWriter.Write(writer, value.StateDict());
}

sealed class ParameterStateJson : SavedJson<ParameterState>
{
    protected override string Reader => "Load or LoadStateDict, as a part of the state dict of all parameters";

    protected override IEnumerable<int> Write(Utf8JsonWriter writer, ParameterState value) =>
        StateDictWriter.WriteAny(writer, value.ToEntries());
}

/// <summary>Parameters or gradients within other JSON: an object of tensors by name.</summary>
sealed class ParamsJson : JsonConverter<Params>
{
    public override void Write(Utf8JsonWriter writer, Params value, JsonSerializerOptions options) =>
        StateDictWriter.All(StateDictWriter.WriteAny(writer, value.Entries.ToDictionary(e => e.Key, object? (e) => e.Value)));

    public override Params Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        const string where = "The parameters";
        using var document = JsonDocument.ParseValue(ref reader);
        var source = new JsonSource(JsonMarshal.GetRawUtf8Value(document.RootElement));
        var (entries, names) = (new List<(string, NDArray)>(), source.Object(where));
        while (source.Member(names, where) is { } name) entries.Add((name, TensorReader.Read(ref source, name)));
        return Params.Of(entries);
    }
}
