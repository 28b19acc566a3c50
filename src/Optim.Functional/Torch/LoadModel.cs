using static System.FormattableString;

namespace Optim.Functional;

/// <summary>The part of a rule that asks for the loss: one state for all parameters together, under the number of the first.</summary>
sealed partial class LoadPlan
{
    void PlanModel(Own[] ours, int[] numbers, int[][] theirs, StateDict saved)
    {
        var (rule, order) = ((IClosureRule)ours[0].Group.Rule, theirs.SelectMany(n => n).ToArray());
        foreach (var number in saved.State.Keys.Intersect(order.Skip(1)))
            Differences.Add(
                Invariant($"the saved state has entries for parameter {number}, where {rule.Name} has them for the first one only"));
        // Not all parameters: the vectors cannot be taken apart, so nothing can be taken.
        if (numbers.Contains(-1) || order.Length != ours.Length) return;
        var (values, places) = (Array.ConvertAll(ours, o => o.P.Value), Array.ConvertAll(numbers, n => Array.IndexOf(order, n)));
        var entries = saved.State.TryGetValue(order[0], out var found) ? ModelEntries.Adopt(found, values, places) : ModelEntries.None;
        StartsAfresh = entries.Count == 0;
        if (values[0] is NDArray<float>) Resume<float>(rule, Flat.Length(values), entries);
        else Resume<double>(rule, Flat.Length(values), entries);
        if (Solver is not null) Loaded.AddRange(ours.Select((o, n) => Label(o.P, n)));
    }

    void Resume<T>(IClosureRule rule, int n, IReadOnlyDictionary<string, object?> entries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var before = Differences.Count;
        var solver = rule.Resume<T>(n, lasts: true, entries, Differences);
        if (Differences.Count == before) Solver = solver;
    }
}
