using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional.Cli;

/// <summary>What decides a training run, bit for bit.</summary>
/// <param name="Optimizer">Its name in the Registry.</param>
/// <param name="Options">All its options by torch's names, defaults included.</param>
/// <param name="Stages">What is around it, as <see cref="Around"/> reads it; null for nothing.</param>
/// <param name="Processes">Processes that each have a batch in a call; null for one.</param>
internal sealed record Settings(
    string Optimizer, IReadOnlyDictionary<string, JsonElement> Options, int Epochs, int Batch, int Seed,
    IReadOnlyDictionary<string, string>? Stages = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Processes = null)
{
    /// <summary>The stages that can be around a rule, and what each makes of its text.</summary>
    static readonly (Option Option, Func<Plan, string, Plan> Add)[] stages =
    [
        (new("schedule", "TEXT", "none", "The learning rate's schedule by steps, as optim schedule has it."),
            (plan, text) => plan.Schedule(ScheduleText.Parse(text))),
        (new("accumulate", "N", "none", "A step is of the mean gradient of so many batches."),
            (plan, text) => plan.Accumulate((int)Number("accumulate", text))),
        (new("clip_norm", "X", "none", "Gradients' norm, of all parameters together, at most this."),
            (plan, text) => plan.ClipNorm(Number("clip_norm", text))),
        (new("clip_value", "X", "none", "Each number of the gradients within so much of 0."),
            (plan, text) => plan.ClipValue(Number("clip_value", text))),
        (new("agc", "X", "none", "Each row of a gradient at most such a part of its parameter's row: adaptive gradient clipping."),
            (plan, text) => plan.ClipRows(Number("agc", text))),
        (new("noise", "ETA", "none", "Noise of this variance at the first step, less later, in the gradients; of the run's seed."),
            (plan, text) => plan.Noise(Number("noise", text))),
        (new("lookahead", "K", "none", "Every K steps the parameters come half the way back."),
            (plan, text) => plan.Lookahead((int)Number("lookahead", text))),
        (new("ema", "DECAY", "none", "Accuracy is that of an exponential moving average of the parameters."),
            (plan, text) => plan.Ema(Number("ema", text))),
        (new("swa_start", "STEP", "none", "Accuracy is that of the mean of the parameters from this step on."),
            (plan, text) => plan.Swa((long)Number("swa_start", text))),
    ];

    /// <summary>Their options.</summary>
    public static readonly IReadOnlyList<Option> StageOptions = Array.ConvertAll(stages, s => s.Option);

    public static Settings Of(
        RuleInfo info, IRule rule, int epochs, int batch, int seed,
        IReadOnlyDictionary<string, string>? stages = null, int? processes = null) =>
        new(
            info.Name,
            info.Read(rule).ToDictionary(o => o.Key, o => JsonSerializer.SerializeToElement(o.Value, SaveFile.Json)),
            epochs,
            batch,
            seed,
            stages,
            processes);

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
            plan = stages.FirstOrDefault(s => s.Option.Name == name) is { Add: not null } stage ? stage.Add(plan, text)
                : throw new ArgumentException($"its stage '{name}' is not known here.");
        return plan.Find<Noise>() is { } noise ? plan.With(noise with { Seed = Seed }) : plan;
    }

    static double Number(string name, string text) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var x) ? x
        : throw Misuse.BadValue(name, text, "a number");

    public object? Option(OptionInfo option) =>
        Options.GetValueOrDefault(option.Name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } saved
            ? saved.Deserialize(option.Type, SaveFile.Json)
            : null;

    public override string ToString() =>
        $"{Optimizer} lr {(Options.TryGetValue("lr", out var lr) ? lr.ToString() : "-")}, batch {Batch}, seed {Seed}"
        + (Processes is { } n ? $", {n} processes" : "");
}
