using System.Collections;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>The part of a rule that asks for the loss: one state for all parameters together, under the number of the first.</summary>
sealed partial class LoadPlan
{
    void PlanModel(Own[] ours, int[] numbers, int[][] theirs, StateDict saved)
    {
        var (rule, order) = ((IClosureRule)ours[0].Group.Rule, theirs.SelectMany(all => all).ToArray());
        foreach (var number in saved.State.Keys.Intersect(order.Skip(1)))
            Differences.Add(
                Invariant($"the saved state has entries for parameter {number}, where {rule.Name} has them for the first one only"));
        // Not all parameters: the vectors cannot be taken apart, so nothing can be taken.
        if (numbers.Contains(-1) || order.Length != ours.Length) return;
        var (values, places) = (Array.ConvertAll(ours, o => o.P.Value), Array.ConvertAll(numbers, number => Array.IndexOf(order, number)));
        var found = saved.State.GetValueOrDefault(order[0]);
        var (n, isReordered) = (Flat.Length(values), places.Index().Any(p => p.Item != p.Index));
        if (saved.Rule is null && isReordered && found?.Values.Any(v => v is IList && NestedList.Read(v)?.Dims[^1] == n) == true)
        {
            Differences.Add("the saved vectors are lists, which cannot be put into another order: give the parameters in the saved one");
            return;
        }
        if (found is not null && !AreTypesOf(values[0], found)) return;
        var entries = found is null ? ModelEntries.None : ModelEntries.Adopt(found, values, places);
        StartsAfresh = entries.Count == 0;
        if (values[0] is NDArray<float>) Resume<float>(rule, n, values[0].Device, entries);
        else Resume<double>(rule, n, values[0].Device, entries);
        if (Solver is not null) Loaded.AddRange(ours.Select((o, i) => Label(o.P, i)));
    }

    /// <summary>Whether all vectors are of the parameters' element type, or may become it; notes those that are not.</summary>
    bool AreTypesOf(NDArray θ, IReadOnlyDictionary<string, object?> saved)
    {
        var all = true;
        foreach (var (key, value) in saved)
            foreach (var vector in value is NDArray one ? [one] : value is IList list ? list.OfType<NDArray>().Take(1) : [])
                if (vector.Dims.Length > 0) all &= IsTypeOf(θ, vector, key);
        return all;
    }

    void Resume<T>(IClosureRule rule, int n, Device? device, IReadOnlyDictionary<string, object?> entries)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var before = Differences.Count;
        var solver = rule.Resume<T>(n, lasts: true, device, entries, Differences);
        if (Differences.Count == before) Solver = solver;
    }
}
