namespace Optim.Functional;

/// <summary>Parameters that share their options.</summary>
/// <example><code>new ParamGroup(model.Base) { ["lr"] = 1e-4 }</code></example>
public sealed class ParamGroup
{
    readonly Dictionary<string, object?> options = [];
    internal readonly Parameter[] Members;
    internal readonly ParameterState[] States;
    RuleInfo? info;
    IRule? rule;

    /// <summary>A group; options not set here come from the optimizer it is added to.</summary>
    /// <exception cref="ArgumentException">There is no parameter, or one is null or stands twice.</exception>
    public ParamGroup(params IEnumerable<Parameter> parameters)
    {
        Members = (parameters ?? throw Fault.Null("the parameter list")).ToArray();
        if (Members.Any(p => p is null)) throw Fault.Null("a parameter of the group");
        if (Members.Distinct().Count() != Members.Length) throw Fault.SameParameter(Members.GroupBy(p => p).First(g => g.Count() > 1).Key, "twice in one group");
        States = Array.ConvertAll(Members, _ => new ParameterState());
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters => Members;

    /// <summary>The rule with the group's options. Setting it changes the options at the next step.</summary>
    /// <exception cref="InvalidOperationException">The group is not yet part of an optimizer.</exception>
    /// <exception cref="ArgumentException">The rule is of another type, or an option is out of range.</exception>
    public IRule Rule
    {
        get => rule ?? throw Fault.NoOptimizer();
        set
        {
            (value ?? throw Fault.Null("the rule")).Validate();
            rule = Rule.GetType() == value.GetType() ? value : throw Fault.OtherRuleType(Rule, value);
        }
    }

    /// <summary>An option by torch's name: <c>group["lr"] = 0.1</c>. A change takes effect at the next step.</summary>
    /// <exception cref="ArgumentException">The option is unknown, of another type, or out of range; the old value stays.</exception>
    public object? this[string option]
    {
        get => rule is null ? options.GetValueOrDefault(option) : info!.Read(rule).TryGetValue(option, out var value) ? value
            : throw Fault.UnknownOption(rule.Name, option, info.Options.Select(o => o.Name));
        set { if (rule is null) options[option] = value; else rule = info!.With(rule, option, value); }
    }

    /// <summary>All options by torch's names.</summary>
    public IReadOnlyDictionary<string, object?> Options => rule is null ? options : info!.Read(rule);

    /// <summary>The learning rate, <c>group["lr"]</c>.</summary>
    public double Lr
    {
        get => this["lr"] is { } lr ? Convert.ToDouble(lr) : throw Fault.NoOptimizer();
        set => this["lr"] = value;
    }

    internal bool Attached => rule is not null;

    /// <summary>The group's own options over the optimizer's; nothing is changed when one is refused.</summary>
    internal IRule Resolve(RuleInfo of, IReadOnlyDictionary<string, object?> defaults, IRule? given)
    {
        if (options.Count == 0 && given is not null) { given.Validate(); return given; }
        var all = new Dictionary<string, object?>(defaults);
        foreach (var (name, value) in options) all[name] = value;
        return of.Create(all);
    }

    /// <summary>Eager state (Adagrad's sum) starts from the optimizer's own options, as in torch: a group's initial_accumulator_value changes nothing.</summary>
    internal void Attach(RuleInfo to, IRule with, IRule? optimizers)
    {
        (info, rule) = (to, with);
        if ((optimizers ?? with) is IElementwiseRule { EagerState: true } eager)
            for (var i = 0; i < Members.Length; i++) States[i].Fit(eager, eager.Slots, Members[i].Value);
    }

    /// <summary>As before <see cref="Attach"/>, when the optimizer could not be made.</summary>
    internal void Detach()
    {
        (info, rule) = (null, null);
        for (var i = 0; i < States.Length; i++) States[i] = new();
    }
}
