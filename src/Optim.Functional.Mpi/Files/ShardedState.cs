namespace Optim.Functional;

/// <summary>Parameters and state of a run whose processes have written them at once, brought together: no MPI is needed to read
/// them.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="State">What one process would have saved: <see cref="StateDict.Save(string)"/> makes one file of it.</param>
/// <param name="Note">What the caller of <see cref="World.Save"/> has added.</param>
public sealed record ShardedState(Params Parameters, StateDict State, string? Note)
{
    /// <summary>Reads the folder that <see cref="World.Save"/> has written, and compares all numbers with their check sums.</summary>
    /// <exception cref="InvalidDataException">It is no such folder, or not whole.</exception>
    public static ShardedState Read(string folder)
    {
        var index = ShardIndex.Read(folder);
        index.CheckSums(folder);
        using var reader = new ShardReader(folder, index);
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>(index.Rest.State);
        var names = index.Rest.ParamGroups.SelectMany(g => ((int[])g["params"]!).Zip((string[])g["param_names"]!)).ToArray();
        foreach (var (number, name) in names)
        {
            var entries = new Dictionary<string, object?>(state.GetValueOrDefault(number) ?? new Dictionary<string, object?>());
            foreach (var slot in reader.SlotsOf(name)) entries[slot] = reader.Read(name, slot);
            if (entries.Count > 0) state[number] = entries;
        }
        return new(
            Params.Of(names.Select(n => (n.Second, reader.Read(n.Second, "")))),
            new(state, index.Rest.ParamGroups, index.Rest.Rule, index.Rest.Plan),
            index.Note);
    }
}
