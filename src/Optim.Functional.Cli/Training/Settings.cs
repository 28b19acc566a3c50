using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional.Cli;

/// <summary>What decides a training run, bit for bit.</summary>
/// <param name="Optimizer">Its name in the Registry.</param>
/// <param name="Options">All its options by torch's names, defaults included.</param>
internal sealed record Settings(string Optimizer, IReadOnlyDictionary<string, JsonElement> Options, int Epochs, int Batch, int Seed)
{
    public static Settings Of(RuleInfo info, IRule rule, int epochs, int batch, int seed) =>
        new(
            info.Name,
            info.Read(rule).ToDictionary(o => o.Key, o => JsonSerializer.SerializeToElement(o.Value, SaveFile.Json)),
            epochs,
            batch,
            seed);

    [JsonIgnore]
    public RuleInfo Info => Registry.All.FirstOrDefault(r => r.Name == Optimizer)
        ?? throw new ArgumentException($"its optimizer '{Optimizer}' is not known here.");

    public IRule Rule() => Info.Create(Info.Options.Where(o => Options.ContainsKey(o.Name)).ToDictionary(o => o.Name, Option));

    public object? Option(OptionInfo option) =>
        Options.GetValueOrDefault(option.Name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } saved
            ? saved.Deserialize(option.Type, SaveFile.Json)
            : null;

    public override string ToString() =>
        $"{Optimizer} lr {(Options.TryGetValue("lr", out var lr) ? lr.ToString() : "-")}, batch {Batch}, seed {Seed}";
}
