namespace Optim.Functional;

/// <summary>The state of a parameter.</summary>
sealed partial class LoadPlan
{
    ParameterState? Absent(Plan plan, string label)
    {
        var rule = (IGradientRule)plan.Rule;
        if (!rule.EagerState) return new();
        Differences.Add($"{label}: there is no saved state, and {rule.Name} has one from the start");
        return null;
    }

    ParameterState? Read(Plan plan, string label, NDArray θ, IReadOnlyDictionary<string, object?> entries)
    {
        var (rule, specs) = ((IGradientRule)plan.Rule, plan.SlotsOf(θ));
        // torch 1.x writes a buffer that is not there yet as None.
        var there = entries.Where(e => e.Value is not null || e.Key == "step" || rule.Scalars.Contains(e.Key)).ToDictionary();
        var sum = Sum(plan, label, θ, there);
        if (there.Count == 0 && entries.Count > 0) return Absent(plan, label)?.WithSum(sum);
        entries = there;
        var (before, slots, scalars) = (Differences.Count, new Dictionary<string, NDArray>(), new Dictionary<string, double>());
        foreach (var (key, value) in entries)
            if (specs.Concat(rule.OptionalSlots).FirstOrDefault(s => s.Key == key) is { } spec)
            {
                if ((value as NDArray ?? NestedList.Read(value)) is not { } t)
                    Differences.Add($"{label}: {key} is not a tensor in the saved state");
                else if (spec.Shape is null && !t.SameShape(θ) && (rule is not IWholeRule || specs.Contains(spec)))
                    Differences.Add($"{label}: {key} has shape {t.ShapeText} in the saved state, the parameter {θ.ShapeText}");
                // Options may have changed since the last step, and with them the shape of what comes and goes with them.
                else if (spec.Shape?.Invoke(θ.Shape) is { } shape && !t.Dims.SequenceEqual(shape)
                    && !rule.OptionalSlots.Any(s => s.Key == key))
                    Differences.Add($"{label}: {key} has shape {t.ShapeText} in the saved state, wanted {NDArray.Text(shape)}");
                else if (IsTypeOf(θ, t, $"{label}: {key}")) slots[key] = t;
            }
            else if (key == "step" && rule.CountsSteps) scalars[key] = Count(label, key, value);
            else if (!rule.Scalars.Contains(key)) Differences.Add($"{label}: the saved state has '{key}', which {rule.Name} has not");
            else if (Number(value) is { } number) scalars[key] = number;
            else Differences.Add($"{label}: {key} is not a number in the saved state");
        var stages = plan.After.Select(a => a.Slot); // an average may start later
        var needed = specs
            .ExceptBy(rule.OptionalSlots.Select(s => s.Key), s => s.Key)
            .Except(stages)
            .Select(s => s.Key)
            .Concat(rule.Scalars)
            .Concat(rule.CountsSteps ? ["step"] : []);
        Differences.AddRange(
            needed
                .Where(key => !entries.ContainsKey(key))
                .Select(key => $"{label}: the saved state has no '{key}', which {rule.Name} needs"));
        return Differences.Count > before
            ? null
            : ParameterState.Of(rule, specs, θ, (long)scalars.GetValueOrDefault("step"), key => scalars[key], slots).WithSum(sum);
    }

    /// <summary>Takes the sum of gradients out of the entries, where a plan has one.</summary>
    NDArray? Sum(Plan plan, string label, NDArray θ, Dictionary<string, object?> entries)
    {
        if (!plan.Sums || !entries.Remove(ParameterState.SumKey, out var value)) return null;
        if ((value as NDArray ?? NestedList.Read(value)) is { } t && t.SameShape(θ))
            return IsTypeOf(θ, t, $"{label}: {ParameterState.SumKey}") ? t : null;
        Differences.Add($"{label}: {ParameterState.SumKey} is not a tensor of the parameter's shape {θ.ShapeText} in the saved state");
        return null;
    }

    /// <summary>Whether a saved slot is of the parameter's element type, or may become it; notes it where not.</summary>
    bool IsTypeOf(NDArray θ, NDArray saved, string what)
    {
        if (mayBecome is null || saved.ElementType == θ.ElementType || mayBecome(saved.ElementType, θ.ElementType)) return true;
        Differences.Add($"{what} is {saved.TypeName} in the saved state, the parameter {θ.TypeName}");
        return false;
    }

    /// <summary>A whole number from 0 that counts something, exact in double.</summary>
    double Count(string label, string key, object? value)
    {
        if (Number(value) is { } n && n >= 0 && n <= 1L << 53 && n == Math.Floor(n)) return n;
        Differences.Add($"{label}: {key} is not a whole number from 0 in the saved state");
        return 0;
    }

    public static double? Number(object? value) => value switch
    {
        double d => d,
        long l => l,
        int i => i,
        NDArray<float> { Length: 1, IsSparse: false } t => t.Span[0],
        NDArray<double> { Length: 1, IsSparse: false } t => t.Span[0],
        _ => null,
    };
}
