namespace Optim.Functional;

/// <summary>Which of our parameters is which of the saved ones: by names, or by their order.</summary>
sealed partial class LoadPlan
{
    readonly record struct Own(ParamGroup Group, int Number, int Index, Parameter P);

    /// <summary>For each of our parameters its number in the saved state, or -1.</summary>
    int[] ByName(Own[] ours, int[][] theirs, string[][] names)
    {
        var saved = new Dictionary<string, (int Group, int Number)>();
        for (var g = 0; g < names.Length; g++)
            for (var i = 0; i < names[g].Length; i++) saved[names[g][i]] = (g, theirs[g][i]);
        Differences.AddRange(
            saved
                .Keys.Except(ours.Select(o => o.P.Name!))
                .Select(name => $"'{name}' is in the saved state, but not in the optimizer"));
        foreach (var own in ours)
            if (!saved.TryGetValue(own.P.Name!, out var found))
                Differences.Add($"'{own.P.Name}' is in the optimizer, but not in the saved state");
            else if (found.Group != own.Number)
                Differences.Add(
                    $"'{own.P.Name}' is in group {found.Group} of the saved state, in group {own.Number} of the optimizer");
        return Array.ConvertAll(ours, o => saved.TryGetValue(o.P.Name!, out var found) ? found.Number : -1);
    }

    int[] ByOrder(List<ParamGroup> groups, int[][] theirs)
    {
        var result = new List<int>();
        for (var g = 0; g < groups.Count; g++)
        {
            var (own, numbers) = (groups[g].Members.Length, g < theirs.Length ? theirs[g] : []);
            var fits = numbers.Length == own;
            if (!fits && g < theirs.Length)
                Differences.Add(
                    $"group {g} has {numbers.Length} parameters in the saved state, {own} in the optimizer; "
                    + "without names they are matched by order, so none of the group is taken");
            result.AddRange(fits ? numbers : Enumerable.Repeat(-1, own));
        }
        return [.. result];
    }
}
