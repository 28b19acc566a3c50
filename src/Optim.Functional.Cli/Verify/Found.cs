namespace Optim.Functional.Cli;

/// <summary>A rule that was found in a file.</summary>
/// <param name="Name">As the table names it: the rule's own name where no other rule has it; of a plan the value's.</param>
/// <param name="Value">The public static value that it is, or empty where it was made of its defaults.</param>
internal sealed record Found(string Name, IRule Rule, string Value)
{
    public Subject Subject
    {
        get
        {
            var subject = SubjectModule.ofRule(Rule);
            return new(Name, subject.Rule, subject.Rules);
        }
    }

    /// <summary>Whether --rule means this one.</summary>
    public bool Answers(string name) =>
        (Rule is Plan ? [Name, Value] : new[] { Name, Rule.Name, Rule.GetType().Name, Value }).Contains(
            name,
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether both are of one type and have the same options.</summary>
    public bool IsAs(Found other)
    {
        if (Rule.GetType() != other.Rule.GetType()) return false;
        var info = RuleInfo.Of(Rule.GetType());
        return info.Options.Count == 0 ? Equals(Rule, other.Rule) : info.Arguments(Rule).SequenceEqual(info.Arguments(other.Rule));
    }
}

/// <summary>A rule that cannot be made, and why.</summary>
internal sealed record Unmade(string Name, string Why)
{
    public const string Remedy = "Give it defaults, or make one: a public static value, in F# let rule = ...";

    public bool Answers(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Name}: {Why.TrimEnd('.')}.";
}
