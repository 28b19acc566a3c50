using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional;

/// <summary>A copy of an optimizer's state and options, laid out as torch's <c>state_dict()</c>.</summary>
/// <remarks>
/// Values are <see cref="NDArray"/>, long, double, bool, string, null, or a list of these. The state is keyed by the parameter's number over
/// all groups; a group holds its options, <c>params</c> (numbers) and, where they are named, <c>param_names</c>.
/// </remarks>
[JsonConverter(typeof(StateDictJson))]
public sealed class StateDict
{
    static readonly StateDictJson Json = new();

    internal StateDict(IReadOnlyDictionary<int, IReadOnlyDictionary<string, object?>> state, IReadOnlyList<IReadOnlyDictionary<string, object?>> groups, string? rule = null) =>
        (State, ParamGroups, Rule) = (state, groups, rule);

    /// <summary>Name of the rule that made it; null where that was not saved, as torch does not.</summary>
    public string? Rule { get; }

    /// <summary>State of each parameter that has one, by its number.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<string, object?>> State { get; }

    /// <summary>Options and parameters of each group.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, object?>> ParamGroups { get; }

    /// <summary>JSON without loss: NaN and infinities as strings, float32 as the shortest text that reads back to the same bits.</summary>
    /// <remarks>Without the serializer's reflection, which programs published ahead of time do not have.</remarks>
    public string ToJson()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text)) Json.Write(writer, this, JsonSerializerOptions.Default);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not such JSON.</exception>
    public static StateDict FromJson(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json ?? throw Fault.Null("the JSON text")));
        var result = Json.Read(ref reader, typeof(StateDict), JsonSerializerOptions.Default);
        reader.Read(); // throws where more follows
        return result;
    }
}

/// <summary>What loading found.</summary>
/// <param name="Loaded">Labels of the parameters whose saved state was taken.</param>
/// <param name="Differences">One sentence for each thing that did not fit.</param>
public sealed record LoadReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Differences)
{
    /// <summary>Whether everything fitted.</summary>
    public bool Complete => Differences.Count == 0;

    /// <summary>The number loaded, then the differences, one on a line.</summary>
    public override string ToString() => $"{Loaded.Count} parameters loaded" + string.Concat(Differences.Select(d => $"{Environment.NewLine}{d}"));
}
