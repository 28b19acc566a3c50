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

    /// <summary>An optimizer of one group; of one for each part, where the plan has parts.</summary>
    /// <param name="parameters">At least one, all float or all double, each once.</param>
    /// <param name="rule">The rule, which also gives the options' defaults, or a plan.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <exception cref="ArgumentException">The parameters are not as said, or an option is out of range.</exception>
    public Optimizer(IEnumerable<Parameter> parameters, IRule rule, NonFinite nonFinite = NonFinite.Propagate)
        : this([new ParamGroup(parameters)], rule, nonFinite) { }

    /// <summary>An optimizer of several groups, each with options of its own.</summary>
    /// <param name="groups">At least one; one whose parameters are of several parts of the plan becomes several.</param>
    /// <param name="rule">The rule, which also gives the options' defaults, or a plan.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <exception cref="ArgumentException">There is no parameter, or the groups do not go together.</exception>
    public Optimizer(IEnumerable<ParamGroup> groups, IRule rule, NonFinite nonFinite = NonFinite.Propagate)
        : this(groups, nonFinite == NonFinite.Propagate ? Plan.Of(rule) : Plan.Of(rule).OnNonFinite(nonFinite), null) { }

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

    /// <summary>What the groups of a part start from.</summary>
    sealed class PartDefaults(IRule rule, IReadOnlyDictionary<string, object?>? options)
    {
        public RuleInfo Info { get; } = RuleInfo.Of(rule.GetType());
        public IReadOnlyDictionary<string, object?> Options { get; } = options ?? RuleInfo.Of(rule.GetType()).Read(rule);
        public IRule? Prototype { get; } = options is null ? rule : null;
    }

    bool IsClosureDriven => plan.Rule is IClosureRule;

    /// <summary>The rule's name, or the names of all of the plan's.</summary>
    [DebuggerBrowsable(Never)] public string Name => plan.Name;

    /// <summary>The groups, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<ParamGroup> ParamGroups => groups;

    /// <summary>The rules and the stages around them. Its stages may be changed between steps: <c>optimizer.Plan = optimizer.Plan.ClipNorm(1)</c>.</summary>
    /// <exception cref="ArgumentException">The rules or parts are other ones.</exception>
    [DebuggerBrowsable(Never)]
    public Plan Plan
    {
        get => plan;
        set
        {
            (value ?? throw Fault.Null("the plan")).Validate();
            if (!value.HasRulesOf(plan)) throw Fault.OtherRules(plan, value);
            plan = value;
            foreach (var group in groups) group.Restage(plan.Resolved[PartOf(group)]);
        }
    }

    /// <summary>Steps made, whichever parameters had gradients: what schedules look at.</summary>
    [DebuggerBrowsable(Never)] public long Steps { get; private set; }

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

    /// <summary>The most that the norm of all gradients together may be, after <see cref="GradScale"/>: the plan's <see cref="ClipNorm"/>. Default: no limit.</summary>
    /// <exception cref="ArgumentException">Not more than 0, or the rule asks for the loss itself.</exception>
    [DebuggerBrowsable(Never)]
    public double MaxGradNorm
    {
        get => plan.Find<ClipNorm>()?.MaxNorm ?? double.PositiveInfinity;
        set => Plan = double.IsPositiveInfinity(Fault.Positive(Name, "MaxGradNorm", value)) ? plan.Without<ClipNorm>() : plan.ClipNorm(value);
    }

    /// <summary>The norm of all gradients together at the last step, before it was limited. NaN where <see cref="MaxGradNorm"/> sets no limit.</summary>
    [DebuggerBrowsable(Never)] public double GradNorm { get; private set; } = double.NaN;

    /// <summary>Threads and lanes; they do not change the result.</summary>
    [DebuggerBrowsable(Never)] public Execution Execution { get; set => field = value ?? throw Fault.Null("Execution"); } = Execution.Default;

    /// <summary>What the rule remembers of a parameter.</summary>
    /// <exception cref="ArgumentException">The parameter is none of the optimizer's.</exception>
    public ParameterState State(Parameter parameter) =>
        parameter is not null && members.Place(parameter) is var (group, i) ? group.States[i] : throw Fault.NotMine(Name, parameter!);

    /// <summary>Adds parameters, with options of their own or the optimizer's.</summary>
    /// <exception cref="ArgumentException">The group is empty or another optimizer's, holds a parameter that is here already or memory that
    /// overlaps with one's, mixes
    /// element types, names only some parameters, or sets an option wrongly; nothing is added.</exception>
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
        var (first, named) = (groups.FirstOrDefault() ?? group, group.Members.Count(p => p.Name is not null));
        if (named != 0 && named != group.Members.Length) throw Fault.SomeNames(Name, group.Members.First(p => p.Name is null));
        if (named > 0 != first.Members[0].Name is not null) throw Fault.NamesInOneGroup(Name);
        var own = parts[part];
        for (var i = 0; i < group.Members.Length; i++)
        {
            var (label, θ) = (Label(members.Count + i, group.Members[i]), group.Members[i].Value);
            Check.Parameter(label, θ, first.Members[0].Value);
            Check.Shape(plan.Resolved[part].Rule, label, θ);
        }
        members.Add(Name, group);
        try { group.Attach(own.Info, plan.Resolved[part].Around(group.Resolve(own.Info, own.Options, own.Prototype)), own.Prototype); }
        catch
        {
            members.Remove(group);
            group.Detach();
            throw;
        }
        groups.Add(group);
        foreach (var p in group.Members)
            if (p.Value.Lifetime is { } lifetime) lifetimes.Add(lifetime);
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

    /// <summary>Forgets the gradients.</summary>
    /// <param name="setToNull">True: they become absent, and a step skips their parameters. False: their numbers become zero, in the caller's own arrays.</param>
    public void ZeroGrad(bool setToNull = true)
    {
        foreach (var group in groups)
            foreach (var p in group.Members)
                if (setToNull) p.Grad = null;
                else if (p.Grad is { IsSparse: true }) p.Grad = p.Value.NewLike(0);
                else if (p.Grad is NDArray<float> f) f.Place.Fill(0, (nint)f.Length);
                else if (p.Grad is NDArray<double> d) d.Place.Fill(0, (nint)d.Length);
    }

    /// <summary>One step with the gradients as they are. Allocates nothing after a parameter's first.</summary>
    /// <exception cref="ArgumentException">A gradient or an option does not fit, or a gradient is not finite and <see cref="NonFinite"/> says to throw; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The rule needs a closure.</exception>
    public void Step()
    {
        if (IsClosureDriven) throw Fault.NoClosure(groups[0].Rule);
        BeforeStep();
        StepOnce();
        AfterStep();
    }

    void StepOnce()
    {
        if (groups[0].Members[0].Value is NDArray<float>) Step(singles); else Step(doubles);
    }

    /// <summary>One step after computing the loss and the gradients. A rule that asks for the loss has them computed several times.</summary>
    /// <param name="closure">Clears the gradients, computes the loss, sets the gradients, returns the loss.</param>
    /// <returns>The loss of the first call, at the parameters before the step.</returns>
    /// <exception cref="ArgumentException">As <see cref="Step()"/>. If the closure throws, parameters and state are as before.</exception>
    public double Step(Func<double> closure)
    {
        if (closure is null) throw Fault.Null("the closure");
        BeforeStep();
        var loss = Ask(closure);
        AfterStep();
        return loss;
    }

    double Ask(Func<double> closure)
    {
        if (IsClosureDriven)
            return groups[0].Members[0].Value is NDArray<float> ? StepClosure<float>(closure) : StepClosure<double>(closure);
        var loss = closure();
        StepOnce();
        return loss;
    }

    void Step<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (isEvaluating) throw Fault.WithinEvaluation(Name, "Step");
        foreach (var lifetime in lifetimes) lifetime.Check();
        stepper.Begin(Execution);
        try
        {
            var (number, reads) = (0, plan.Gradient.Length > 0);
            foreach (var group in groups)
            {
                group.Plan.Validate();
                Look(group, number, reads, stepper.Scan);
                number += group.Members.Length;
            }
            var isMade = stepper.Scan.Decide(plan, GradScale);
            GradNorm = stepper.Scan.Reported;
            if (!isMade || !StaysFinite(stepper)) return;
            stepper.BeginFit();
            Fit(stepper);
            stepper.Run();
            stepper.Commit();
            for (var g = 0; g < groups.Count; g++) groups[g].Shared = shared[g];
            Steps++;
        }
        finally { stepper.End(); }
    }

    /// <summary>Checks a group's gradients. This and the next are short loops of their own for the sake of many small tensors.</summary>
    static void Look<T>(ParamGroup group, int number, bool reads, Scan<T> scan) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, rule) = (group.Members, (IGradientRule)group.Plan.Rule);
        var isSparseOnly = group.Plan.TakesSparseOnly;
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Grad is not NDArray<T> g) continue;
            g.Lifetime?.Check();
            if ((g.IsSparse || isSparseOnly) && !Check.Takes(rule, g))
                Check.Gradient(rule, members[i].Name, members[i].Value, g, number + i);
            if (reads) scan.Add(g, members[i].Name, number + i, rule);
        }
    }

    /// <summary>Tries a step of large gradients on copies, where the plan asks for finite ones.</summary>
    bool StaysFinite<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!stepper.Scan.IsLarge) return true;
        stepper.BeginTrial();
        Fit(stepper);
        if (stepper.EndTrial() is not { } found) return true;
        if (plan.NonFinite == NonFinite.Skip) return false;
        throw NotFinite(found.θ, found.Slot, found.Found, found.At);
    }

    ArgumentException NotFinite<T>(NDArray<T> θ, string? slot, NDArray<T> found, nint at) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (number, parameter) = groups.SelectMany(g => g.Members).Index().First(p => ReferenceEquals(p.Item.Value, θ));
        return Fault.NonFiniteStep(plan, Label(number, parameter), slot, found, at, parameter.Grad!);
    }

    void Fit<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var group in groups)
        {
            stepper.BeginGroup(group.Plan, group.LrAt(Steps), group.Shared);
            Fit(group, stepper);
            stepper.EndGroup();
        }
        if (shared.Length < groups.Count) shared = new Scalars[groups.Count];
        stepper.Bind(shared);
    }

    /// <summary>Hands a group's parameters to the stepper.</summary>
    static void Fit<T>(ParamGroup group, Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, states) = (group.Members, group.States);
        for (var i = 0; i < members.Length; i++)
            if (members[i].Grad is NDArray<T> g && !stepper.Again(g, states[i])) stepper.Add((NDArray<T>)members[i].Value, g, states[i]);
    }

    static string Label(int number, Parameter p) => p.Name ?? $"parameter {number}";

    /// <summary>The name, then the stages, then each group's options.</summary>
    public override string ToString() => $"{Name} (" + Environment.NewLine + string.Concat(plan.Stages.Select(s => $"{s}{Environment.NewLine}")) + string.Join(Environment.NewLine, groups.Select((g, i) =>
        $"Parameter Group {i}, {g.Members.Length} parameters" + string.Concat(g.Options.Select(o => $"{Environment.NewLine}    {o.Key}: {RuleInfo.Text(o.Value)}")))) + Environment.NewLine + ")";
}
