namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>What the groups of a part start from.</summary>
    sealed class PartDefaults(IRule rule, IReadOnlyDictionary<string, object?>? options)
    {
        public RuleInfo Info { get; } = RuleInfo.Of(rule.GetType());
        public IReadOnlyDictionary<string, object?> Options { get; } = options ?? RuleInfo.Of(rule.GetType()).Read(rule);
        public IRule? Prototype { get; } = options is null ? rule : null;
    }

    /// <summary>What the rule remembers of a parameter.</summary>
    /// <exception cref="ArgumentException">The parameter is none of the optimizer's.</exception>
    public ParameterState State(Parameter parameter) =>
        parameter is not null && members.Place(parameter) is var (group, i)
            ? group.States[i]
            : throw Fault.NotMine(Name, parameter!);

    /// <summary>Adds parameters, with options of their own or the optimizer's.</summary>
    /// <exception cref="ArgumentException">The group is empty or another optimizer's, holds a parameter that is here already
    /// or memory that overlaps with one's, mixes element types, names only some parameters, or sets an option wrongly;
    /// nothing is added.</exception>
    public void AddParamGroup(ParamGroup group)
    {
        if (group is null) throw Fault.Null("the parameter group");
        if (group.Members.Length == 0) throw Fault.EmptyList(Name);
        if (group.Attached) throw Fault.GroupInUse(Name);
        if (IsClosureDriven && groups.Count > 0) throw Fault.OneGroup(Name);
        if (Split(group) is { } several)
        {
            AddAll(several);
            return;
        }
        var part = PartOf(group);
        var (own, stages) = (parts[part], plan.Resolved[part]);
        CheckMembers(group, stages.Rule);
        members.Add(Name, group);
        try { group.Attach(own.Info, stages.Around(group.Resolve(own.Info, own.Options, own.Prototype)), own.Prototype); }
        catch
        {
            members.Remove(group);
            group.Detach();
            throw;
        }
        groups.Add(group);
        foreach (var p in group.Members)
            if (p.Value.Lifetime is { } lifetime) lifetimes.Add(lifetime);
        JoinAgain();
    }

    /// <summary>That they go with each other, with those that are here, and with the rule.</summary>
    void CheckMembers(ParamGroup group, IRule rule)
    {
        var first = (groups.FirstOrDefault() ?? group).Members[0];
        var named = group.Members.Count(p => p.Name is not null);
        if (named != 0 && named != group.Members.Length) throw Fault.SomeNames(Name, group.Members.First(p => p.Name is null));
        if (named > 0 != first.Name is not null) throw Fault.NamesInOneGroup(Name);
        for (var i = 0; i < group.Members.Length; i++)
        {
            var (label, θ) = (Label(members.Count + i, group.Members[i]), group.Members[i].Value);
            Check.Parameter(label, θ, first.Value);
            Check.Shape(rule, label, θ);
        }
    }

    int PartOf(ParamGroup group) => plan.PartOf(group.Members[0].Name, group.Members[0].Value.Shape);

    /// <summary>A group for each of the plan's parts that it has parameters of; null where it is one.</summary>
    List<ParamGroup>? Split(ParamGroup group)
    {
        if (plan.Parts.Count == 0) return null;
        var byPart = group.Members.GroupBy(p => plan.PartOf(p.Name, p.Value.Shape)).OrderBy(g => g.Key).ToArray();
        return byPart.Length == 1 ? null : byPart.Select(group.Part).ToList();
    }

    void AddAll(List<ParamGroup> several)
    {
        var before = groups.Count;
        try { several.ForEach(AddParamGroup); }
        catch
        {
            foreach (var added in groups.Skip(before))
            {
                members.Remove(added);
                added.Detach();
            }
            groups.RemoveRange(before, groups.Count - before);
            throw;
        }
    }

    static string Label(int number, Parameter p) => p.Name ?? $"parameter {number}";
}
