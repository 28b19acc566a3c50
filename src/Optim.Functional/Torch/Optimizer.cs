using System.Diagnostics;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>The torch-style face: one class that drives any rule in place, with ZeroGrad, Step and StateDict.</summary>
/// <remarks>The JSON that System.Text.Json makes of it is that of its state dict.</remarks>
[JsonConverter(typeof(OptimizerJson))]
public sealed partial class Optimizer
{
    readonly List<ParamGroup> groups = [];
    readonly Members members = new();
    readonly HashSet<Lifetime> lifetimes = [];
    readonly PartDefaults[] parts;
    readonly Stepper<float> singles = new();
    readonly Stepper<double> doubles = new();
    Plan plan;
    Scalars[] shared = [];

    /// <summary>torch's schedulers over it, in the order in which they act.</summary>
    internal List<LRScheduler> Schedulers { get; } = [];

    /// <summary>Steps that were asked for and not made, since a number was not finite.</summary>
    internal long StepsLeftOut { get; private set; }

    /// <summary>Leaves a step out.</summary>
    internal void LeaveOut()
    {
        StepsLeftOut++;
        OptimizerMetrics.Stepped(this, isMade: false);
    }

    /// <summary>Counts a step that was made.</summary>
    void Count()
    {
        Steps++;
        OptimizerMetrics.Stepped(this, isMade: true);
    }

    /// <summary>An optimizer of one group; of one for each part, where the plan has parts.</summary>
    /// <param name="parameters">At least one, all float or all double, each once.</param>
    /// <param name="rule">The rule, which also gives the options' defaults, or a plan.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <param name="over">Processes that make the steps together, with the mean of their gradients; the parameters of all become those of
    /// the first.</param>
    /// <exception cref="ArgumentException">The parameters are not as said, or an option is out of range.</exception>
    public Optimizer(
        IEnumerable<Parameter> parameters, IRule rule, NonFinite nonFinite = NonFinite.Propagate, ProcessGroup? over = null)
        : this([new ParamGroup(parameters)], rule, nonFinite, over) { }

    /// <summary>An optimizer of several groups, each with options of its own.</summary>
    /// <param name="groups">At least one; one whose parameters are of several parts of the plan becomes several.</param>
    /// <param name="rule">The rule, which also gives the options' defaults, or a plan.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <param name="over">As above.</param>
    /// <exception cref="ArgumentException">There is no parameter, or the groups do not go together.</exception>
    public Optimizer(IEnumerable<ParamGroup> groups, IRule rule, NonFinite nonFinite = NonFinite.Propagate, ProcessGroup? over = null)
        : this(groups, nonFinite == NonFinite.Propagate ? Plan.Of(rule) : Plan.Of(rule).OnNonFinite(nonFinite), null)
    {
        if (over is not { Size: > 1 }) return;
        this.over = over;
        try { Join(); }
        catch
        {
            foreach (var group in this.groups) group.Detach();
            throw;
        }
    }

    /// <param name="groups">The groups.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">The options that were given, where a required one was not: each group then has its own.</param>
    internal Optimizer(IEnumerable<ParamGroup> groups, Plan plan, IReadOnlyDictionary<string, object?>? options)
    {
        this.plan = plan;
        parts = Array.ConvertAll(plan.Resolved, part => new PartDefaults(part.Rule, options));
        try
        {
            foreach (var group in groups ?? throw Fault.Null("the list of parameter groups")) AddParamGroup(group);
            if (this.groups.Count == 0) throw Fault.EmptyList(Name);
        }
        catch
        {
            foreach (var group in this.groups) group.Detach();
            throw;
        }
    }

    bool IsClosureDriven => plan.Rule is IClosureRule;

    /// <summary>The rule's name, or the names of all of the plan's.</summary>
    [DebuggerBrowsable(Never)] public string Name => plan.Name;

    /// <summary>The groups, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<ParamGroup> ParamGroups => groups;

    /// <summary>The rules and the stages around them.
    /// Its stages may be changed between steps: <c>optimizer.Plan = optimizer.Plan.ClipNorm(1)</c>.</summary>
    /// <exception cref="ArgumentException">The rules or parts are other ones.</exception>
    [DebuggerBrowsable(Never)]
    public Plan Plan
    {
        get => plan;
        set
        {
            (value ?? throw Fault.Null("the plan")).Validate();
            if (!value.HasRulesOf(plan)) throw Fault.OtherRules(plan, value);
            if (HasParts && !LooksAlike(value)) throw Fault.StagesOverParts(plan, value);
            plan = value;
            foreach (var group in groups) group.Restage(plan.Resolved[PartOf(group)]);
        }
    }

    /// <summary>Steps made, whichever parameters had gradients: what schedules look at.</summary>
    [DebuggerBrowsable(Never)] public long Steps { get; private set; }

    /// <summary>Calls since the last step whose gradients wait for others: see <see cref="Accumulate"/>.</summary>
    [DebuggerBrowsable(Never)] public int MicroSteps { get; private set; }

    Progress Progress => new(Steps, MicroSteps);

    /// <summary>What a step does when a gradient holds NaN or an infinity: the plan's <see cref="FinitePolicy"/>.</summary>
    [DebuggerBrowsable(Never)]
    public NonFinite NonFinite
    {
        get => plan.NonFinite;
        set => Plan = value == NonFinite.Propagate ? plan.Without<FinitePolicy>() : plan.OnNonFinite(value);
    }

    /// <summary>Factor on every gradient, before the plan's stages: 1/64 undoes a loss scale of 64.</summary>
    /// <exception cref="ArgumentException">Not a finite number.</exception>
    [DebuggerBrowsable(Never)] public double GradScale { get; set => field = Fault.Finite(Name, "GradScale", value); } = 1;

    /// <summary>The most that the norm of all gradients together may be, after <see cref="GradScale"/>: the plan's <see cref="ClipNorm"/>.
    /// Default: no limit.</summary>
    /// <exception cref="ArgumentException">Not more than 0, or the rule asks for the loss itself.</exception>
    [DebuggerBrowsable(Never)]
    public double MaxGradNorm
    {
        get => plan.Find<ClipNorm>()?.MaxNorm ?? double.PositiveInfinity;
        set =>
            Plan = double.IsPositiveInfinity(Fault.Positive(Name, "MaxGradNorm", value))
                ? plan.Without<ClipNorm>()
                : plan.ClipNorm(value);
    }

    /// <summary>The norm of all gradients together at the last step, before it was limited.
    /// NaN where <see cref="MaxGradNorm"/> sets no limit.</summary>
    [DebuggerBrowsable(Never)]
    public double GradNorm
    {
        get
        {
            if (laterNorm is { } read) (field, laterNorm) = (read(), null);
            return field;
        }
        private set;
    } = double.NaN;

    Func<double>? laterNorm; // of gradients on a device, where it stays until it is asked for

    /// <summary>Threads and lanes; they do not change the result.</summary>
    [DebuggerBrowsable(Never)]
    public Execution Execution
    {
        get;
        set => field = value ?? throw Fault.Null("Execution");
    } = Execution.Default;

    /// <summary>The name, then the stages, then each group's options.</summary>
    public override string ToString()
    {
        var lines = new List<string> { $"{Name} (" };
        lines.AddRange(plan.Stages.Select(stage => $"{stage}"));
        for (var g = 0; g < groups.Count; g++)
        {
            lines.Add($"Parameter Group {g}, {groups[g].Members.Length} parameters");
            lines.AddRange(groups[g].Options.Select(o => $"    {o.Key}: {RuleInfo.Text(o.Value)}"));
        }
        lines.Add(")");
        return string.Join(Environment.NewLine, lines);
    }
}
