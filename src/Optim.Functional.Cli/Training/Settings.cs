using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional.Cli;

/// <summary>What decides a training run, bit for bit.</summary>
/// <param name="Optimizer">Its name in the Registry.</param>
/// <param name="Options">All its options by torch's names, defaults included.</param>
/// <param name="Stages">What is around it, as <see cref="Around"/> reads it; null for nothing.</param>
internal sealed record Settings(
    string Optimizer, IReadOnlyDictionary<string, JsonElement> Options, int Epochs, int Batch, int Seed,
    IReadOnlyDictionary<string, string>? Stages = null)
{
    public static readonly Option Schedule = new("schedule", "TEXT", "none", "The learning rate's schedule by steps, as optim schedule has it."),
        ClipNorm = new("clip_norm", "X", "none", "Gradients' norm, of all parameters together, at most this."),
        Ema = new("ema", "DECAY", "none", "Accuracy is that of an exponential moving average of the parameters.");

    /// <summary>The stages that can be around a rule.</summary>
    public static readonly IReadOnlyList<Option> StageOptions = [Schedule, ClipNorm, Ema];

    public static Settings Of(
        RuleInfo info, IRule rule, int epochs, int batch, int seed, IReadOnlyDictionary<string, string>? stages = null) =>
        new(
            info.Name,
            info.Read(rule).ToDictionary(o => o.Key, o => JsonSerializer.SerializeToElement(o.Value, SaveFile.Json)),
            epochs,
            batch,
            seed,
            stages);

    [JsonIgnore]
    public RuleInfo Info => Registry.All.FirstOrDefault(r => r.Name == Optimizer)
        ?? throw new ArgumentException($"its optimizer '{Optimizer}' is not known here.");

    public IRule Rule() => Info.Create(Info.Options.Where(o => Options.ContainsKey(o.Name)).ToDictionary(o => o.Name, Option));

    /// <summary>The plan with the stages around it.</summary>
    /// <exception cref="ArgumentException">One cannot be.</exception>
    public Plan Around(IRule rule)
    {
        var plan = Plan.Of(rule);
        foreach (var (name, text) in Stages ?? new Dictionary<string, string>())
            plan = name == Schedule.Name ? plan.Schedule(ScheduleText.Parse(text))
                : name == ClipNorm.Name ? plan.ClipNorm(Number(name, text))
                : name == Ema.Name ? plan.Ema(Number(name, text))
                : throw new ArgumentException($"its stage '{name}' is not known here.");
        return plan;
    }

    static double Number(string name, string text) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var x) ? x
        : throw Misuse.BadValue(name, text, "a number");

    public object? Option(OptionInfo option) =>
        Options.GetValueOrDefault(option.Name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } saved
            ? saved.Deserialize(option.Type, SaveFile.Json)
            : null;

    public override string ToString() =>
        $"{Optimizer} lr {(Options.TryGetValue("lr", out var lr) ? lr.ToString() : "-")}, batch {Batch}, seed {Seed}";
}
