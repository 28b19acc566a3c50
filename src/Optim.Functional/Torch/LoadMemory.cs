using System.Collections;

namespace Optim.Functional;

/// <summary>L-BFGS's part: one state for all parameters together, under the number of the first.</summary>
sealed partial class LoadPlan
{
    static readonly string[] MemoryKeys = ["func_evals", "n_iter", "d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss", "al"];

    void PlanMemory(Own[] ours, int[] numbers, int[][] theirs, StateDict saved)
    {
        var order = theirs.SelectMany(n => n).ToArray();
        foreach (var number in saved.State.Keys.Intersect(order.Skip(1))) Differences.Add($"the saved state has entries for parameter {number}, where LBFGS has them for the first one only");
        // Not all parameters: the vectors cannot be taken apart, so nothing can be taken.
        if (numbers.Contains(-1) || order.Length != ours.Length) return;
        var places = Array.ConvertAll(numbers, n => Array.IndexOf(order, n));
        Memory = !saved.State.TryGetValue(order[0], out var entries) ? LbfgsMemory.Empty : ReadMemory(entries, Array.ConvertAll(ours, o => o.P.Value), places);
        if (Memory is not null) Loaded.AddRange(ours.Select((o, n) => Label(o.P, n)));
    }

    /// <param name="e">The saved entries.</param>
    /// <param name="values">Our parameters.</param>
    /// <param name="places">The place of each among the saved ones, whose vectors hold them in that order.</param>
    LbfgsMemory? ReadMemory(IReadOnlyDictionary<string, object?> e, NDArray[] values, int[] places)
    {
        var (before, length) = (Differences.Count, (long)Flat.Length(values));

        NDArray? Vector(string key, object? value)
        {
            if (value is NDArray t && t.Dims.Length == 1 && !t.IsComplex && t.Length == length) return Flat.Reorder(values[0].Adopt(t, t.Dims), values, places);
            Differences.Add($"{key} of the saved state is not a vector of {length} elements, the number of all parameters' elements");
            return null;
        }
        NDArray? Maybe(string key) => e.GetValueOrDefault(key) is { } value ? Vector(key, value) : null;
        object?[] List(string key)
        {
            if (e.GetValueOrDefault(key) is IEnumerable list and not string) return [.. list.Cast<object?>()];
            if (e.GetValueOrDefault(key) is not null) Differences.Add($"{key} is not a list in the saved state");
            return [];
        }
        double Real(string key, object? value)
        {
            if (Number(value) is { } x) return x;
            Differences.Add($"{key} is not a number in the saved state");
            return 0;
        }
        double Given(string key, double otherwise) => e.TryGetValue(key, out var value) ? Real(key, value) : otherwise;

        Differences.AddRange(e.Keys.Except(MemoryKeys).Select(key => $"the saved state has '{key}', which LBFGS has not"));
        var (evals, iterations) = (Count("LBFGS", "func_evals", e.GetValueOrDefault("func_evals"), int.MaxValue), Count("LBFGS", "n_iter", e.GetValueOrDefault("n_iter"), int.MaxValue));
        var (dirs, steps) = (Array.ConvertAll(List("old_dirs"), x => Vector("old_dirs", x)), Array.ConvertAll(List("old_stps"), x => Vector("old_stps", x)));
        var ro = Array.ConvertAll(List("ro"), x => Real("ro", x));
        if (dirs.Length != steps.Length || dirs.Length != ro.Length)
            Differences.Add($"the saved state has {dirs.Length} old_dirs, {steps.Length} old_stps and {ro.Length} ro, wanted the same number of each");
        var memory = new LbfgsMemory((int)evals, (int)iterations, Maybe("d"), Given("t", 0), dirs!, steps!, ro, Given("H_diag", 1), Maybe("prev_flat_grad"), Given("prev_loss", 0));
        return Differences.Count > before ? null : memory;
    }
}
