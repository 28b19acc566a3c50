namespace Optim.Functional;

/// <summary>All parameters of an optimizer: where each stands, their names, and the memory they take.</summary>
sealed class Members
{
    readonly Dictionary<Parameter, (ParamGroup Group, int Index)> places = [];
    readonly HashSet<string> names = [];
    readonly MemoryMap memory = new();

    public int Count => places.Count;

    /// <summary>Group and place in it of a parameter, or null.</summary>
    public (ParamGroup Group, int Index)? Place(Parameter p) => places.TryGetValue(p, out var place) ? place : null;

    /// <summary>Adds a group's parameters, or none of them.</summary>
    /// <exception cref="ArgumentException">A parameter or a name is there already, or memory overlaps.</exception>
    public void Add(string rule, ParamGroup group)
    {
        var parameters = group.Members;
        foreach (var p in parameters)
            if (places.ContainsKey(p)) throw Fault.SameParameter(p, "in two groups");
        var (named, claimed) = (0, 0);
        try
        {
            for (; named < parameters.Length; named++)
                if (parameters[named].Name is { } name && !names.Add(name)) throw Fault.SameName(name);
            for (; claimed < parameters.Length; claimed++)
                if (memory.Claim(parameters[claimed]) is { } other) throw Fault.SameArray(rule, other, parameters[claimed]);
        }
        catch
        {
            for (var i = 0; i < named; i++)
                if (parameters[i].Name is { } name) names.Remove(name);
            for (var i = 0; i < claimed; i++) memory.Release(parameters[i]);
            throw;
        }
        for (var i = 0; i < parameters.Length; i++) places[parameters[i]] = (group, i);
    }

    /// <summary>Takes back what <see cref="Add"/> added.</summary>
    public void Remove(ParamGroup group)
    {
        foreach (var p in group.Members)
        {
            places.Remove(p);
            if (p.Name is not null) names.Remove(p.Name);
            memory.Release(p);
        }
    }
}
