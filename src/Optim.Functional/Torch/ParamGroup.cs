namespace Optim.Functional;

/// <summary>Parameters that share their options.</summary>
/// <example><code>new ParamGroup(model.Base) { ["lr"] = 1e-4 }</code></example>
public sealed class ParamGroup
{
    readonly Dictionary<string, object?> options = [];
    internal readonly Parameter[] Members;
    internal readonly ParameterState[] States;

    /// <summary>What is stepped of each parameter here, and whose the state is: all of it, or a part where other processes step the
    /// others, one after another as the numbers lie in memory.</summary>
    internal readonly NDArray[] Stepped;
    RuleInfo? info;
    Plan? plan;
    double lr;

    /// <summary>The scalars that the parameters share.</summary>
    internal Scalars Shared;

    /// <summary>What a loaded group had beside the rule's options, such as a scheduler's <c>initial_lr</c>: it is saved again.</summary>
    internal IReadOnlyDictionary<string, object?> Extras = new Dictionary<string, object?>();

    /// <summary>A group; options not set here come from the optimizer it is added to.</summary>
    /// <exception cref="ArgumentException">There is no parameter, or one is null or stands twice.</exception>
    public ParamGroup(params IEnumerable<Parameter> parameters)
    {
        Members = (parameters ?? throw Fault.Null("the parameter list")).ToArray();
        if (Members.Any(p => p is null)) throw Fault.Null("a parameter of the group");
        if (Members.Distinct().Count() != Members.Length)
            throw Fault.SameParameter(Members.GroupBy(p => p).First(g => g.Count() > 1).Key, "twice in one group");
        States = Array.ConvertAll(Members, _ => new ParameterState());
        Stepped = Array.ConvertAll(Members, p => p.Value);
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters => Members;

    /// <summary>The rule with the group's options. Setting it changes the options at the next step.</summary>
    /// <exception cref="InvalidOperationException">The group is not yet part of an optimizer.</exception>
    /// <exception cref="ArgumentException">The rule is of another type, or an option is out of range.</exception>
    public IRule Rule
    {
        get =>
            Plan.Rule is IGradientRule rule && HasLr(rule) && !rule.Lr.Equals(lr)
                ? (plan = Plan.Around(info!.With(rule, "lr", lr))).Rule
                : Plan.Rule;
        set
        {
            (value ?? throw Fault.Null("the rule")).Validate();
            Take(Plan.Rule.GetType() == value.GetType() ? value : throw Fault.OtherRuleType(Plan.Rule, value));
        }
    }

    /// <summary>An option by torch's name: <c>group["lr"] = 0.1</c>. A change takes effect at the next step.</summary>
    /// <exception cref="ArgumentException">The option is unknown, of another type, or out of range; the old value stays.</exception>
    public object? this[string option]
    {
        get => plan is null ? options.GetValueOrDefault(option)
            : option == "lr" && HasLr(plan.Rule) ? lr
            : info!.Read(plan.Rule).TryGetValue(option, out var value) || Extras.TryGetValue(option, out value) ? value
            : throw Fault.UnknownOption(plan.Rule.Name, option, info.Options.Select(o => o.Name));
        set
        {
            if (plan is null) options[option] = value;
            else if (option == "lr" && value is double number) Lr = number;
            else Take(info!.With(Rule, option, value));
        }
    }

    /// <summary>All options by torch's names.</summary>
    public IReadOnlyDictionary<string, object?> Options => plan is null ? options : info!.Read(Rule);

    /// <summary>The learning rate, <c>group["lr"]</c>: from it a schedule starts. Setting it allocates nothing.</summary>
    /// <exception cref="ArgumentException">It is out of range; the old value stays.</exception>
    public double Lr
    {
        get =>
            this["lr"] is { } value
                ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)
                : throw Fault.NoOptimizer();
        set
        {
            // A rule of another's own may look at its own option, and not at the turn's.
            if (plan is null) options["lr"] = value;
            else if (plan.Rule is IGradientRule rule && HasLr(rule) && IsOurs(rule) && rule.Allows(value)) lr = value;
            else Take(info!.With(Rule, "lr", value));
        }
    }

    /// <summary>The plan of this group, without parts; its rule's lr may be an older one.</summary>
    internal Plan Plan => plan ?? throw Fault.NoOptimizer();

    internal bool Attached => plan is not null;

    /// <summary>The learning rate of a step.</summary>
    internal double LrAt(long step) => Plan.LrAt(step, lr);

    /// <summary>What a step starts from to find it.</summary>
    internal double OwnLr => lr;

    /// <summary>The same, also of a rule that asks for the loss; null where the rule has none.</summary>
    internal double? RateAt(long step) => LrAt(step) is not double.NaN and var rate ? rate : Options.GetValueOrDefault("lr") as double?;

    static bool HasLr(IRule rule) => rule is IGradientRule { Lr: not double.NaN };

    static bool IsOurs(IRule rule) => rule.GetType().Assembly == typeof(ParamGroup).Assembly;

    void Take(IRule rule) => (plan, lr) = (Plan.Around(rule), (rule as IGradientRule)?.Lr ?? double.NaN);

    /// <summary>With the stages of the optimizer's plan, which has changed.</summary>
    internal void Restage(Plan stages) => plan = stages.Around(Rule);

    /// <summary>The group's own options over the optimizer's; nothing is changed when one is refused.</summary>
    internal IRule Resolve(RuleInfo of, IReadOnlyDictionary<string, object?> defaults, IRule? given)
    {
        if (options.Count == 0 && given is not null) { given.Validate(); return given; }
        var all = new Dictionary<string, object?>(defaults);
        foreach (var (name, value) in options) all[name] = value;
        return of.Create(all);
    }

    /// <summary>The same options for some of its parameters.</summary>
    internal ParamGroup Part(IEnumerable<Parameter> some)
    {
        var part = new ParamGroup(some);
        foreach (var (name, value) in options) part.options[name] = value;
        return part;
    }

    /// <summary>Eager state (Adagrad's sum) starts from the optimizer's own options, as in torch:
    /// a group's initial_accumulator_value changes nothing.</summary>
    internal void Attach(RuleInfo to, Plan with, IRule? optimizers)
    {
        info = to;
        plan = with;
        lr = (with.Rule as IGradientRule)?.Lr ?? double.NaN;
        if (with.Rule is not IGradientRule rule) return;
        Shared = rule.StartModel();
        if ((optimizers ?? rule) is not IGradientRule { EagerState: true }) return;
        var eager = with.Around(optimizers ?? rule);
        for (var i = 0; i < Members.Length; i++) States[i] = ParameterState.Eager(eager, Members[i].Value, lr);
    }

    /// <summary>As before <see cref="Attach"/>, when the optimizer could not be made.</summary>
    internal void Detach()
    {
        (info, plan) = (null, null);
        for (var i = 0; i < States.Length; i++) States[i] = new();
    }
}
