using System.Collections;

namespace Optim.Functional;

/// <summary>A plan as it stands in a state dict: the steps made, its stages with their options, and its parts.</summary>
static class SavedPlan
{
    public static IReadOnlyDictionary<string, object?> Of(Plan plan, Progress at)
    {
        var saved = new Dictionary<string, object?> { ["steps"] = at.Steps, ["stages"] = Stages(plan) };
        if (at.MicroSteps > 0) saved["micro_steps"] = (long)at.MicroSteps;
        if (plan.Parts.Count > 0) saved["parts"] = plan.Parts.Select(Part).ToArray();
        return saved;
    }

    static object?[] Stages(Plan plan) => [.. plan.Stages.Select(Stage)];

    static object? Stage(IStage stage)
    {
        var saved = new Dictionary<string, object?> { ["stage"] = stage.GetType().Name };
        foreach (var (key, value) in RuleInfo.Of(stage.GetType()).Read(stage)) saved[key] = Saved(value);
        return saved;
    }

    /// <summary>An option: a number, a list of them, the name of a choice, the stages that it is made of. A function is not saved: its
    /// stage has a name for it.</summary>
    static object? Saved(object? value) => value switch
    {
        Enum name => name.ToString(),
        IStage stage => Stage(stage),
        Delegate => null,
        IEnumerable<IStage> all => all.Select(Stage).ToArray(),
        IEnumerable<long> all => all.Select(x => (object?)x).ToArray(),
        _ => value,
    };

    static object? Part(Part part) => new Dictionary<string, object?>
    {
        ["name"] = part.Where.Name,
        ["rank"] = part.Where.Rank is { } rank ? (long)rank : null,
        ["rule"] = part.Plan.Rule.Name,
        ["stages"] = Stages(part.Plan),
    };

    /// <summary>The steps made, where they were saved.</summary>
    public static long? Steps(IReadOnlyDictionary<string, object?>? saved) =>
        saved?.GetValueOrDefault("steps") is long steps && steps >= 0 ? steps : null;

    /// <summary>The calls since then that were saved.</summary>
    public static int MicroSteps(Plan plan, IReadOnlyDictionary<string, object?>? saved) =>
        plan.Accumulate is { } own && saved?.GetValueOrDefault("micro_steps") is long n && n > 0 && n < own.Steps ? (int)n : 0;

    /// <summary>A sentence for each thing that the saved plan and this one do not have alike.</summary>
    public static IEnumerable<string> Differences(Plan plan, IReadOnlyDictionary<string, object?> saved)
    {
        if (Steps(saved) is null) yield return "the saved plan has no steps, a whole number from 0";
        var (theirs, ours) = (Texts(saved.GetValueOrDefault("stages")), Texts(Stages(plan)));
        foreach (var stage in theirs.Except(ours)) yield return $"the saved plan has {stage}, which the optimizer has not";
        foreach (var stage in ours.Except(theirs)) yield return $"the optimizer has {stage}, which the saved plan has not";
        var (their, our) = (Texts(saved.GetValueOrDefault("parts")), Texts(plan.Parts.Select(Part)));
        if (!their.SequenceEqual(our))
            yield return $"the saved plan has the parts ({string.Join("; ", their)}), the optimizer ({string.Join("; ", our)})";
    }

    static string[] Texts(object? list) => list is IEnumerable items and not string ? [.. items.Cast<object?>().Select(Text)] : [];

    /// <summary>The same text for a value and for what JSON gives back of it.</summary>
    static string Text(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> entries => Text(entries),
        IEnumerable list and not string => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        IConvertible number and not (string or bool) => RuleInfo.Text(number.ToDouble(null)),
        _ => RuleInfo.Text(value),
    };

    static string Text(IReadOnlyDictionary<string, object?> entries)
    {
        var options = entries.Where(e => e.Key != "stage").OrderBy(e => e.Key, StringComparer.Ordinal);
        return $"{entries.GetValueOrDefault("stage")} ({string.Join(", ", options.Select(e => $"{e.Key}: {Text(e.Value)}"))})";
    }
}
