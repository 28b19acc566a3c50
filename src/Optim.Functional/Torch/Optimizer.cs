using System.Diagnostics;
using System.Numerics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>The torch-style face: one class that drives any rule in place, with ZeroGrad, Step and StateDict.</summary>
public sealed partial class Optimizer
{
    readonly List<ParamGroup> groups = [];
    readonly Members members = new();
    readonly HashSet<Lifetime> lifetimes = [];
    readonly IReadOnlyDictionary<string, object?> defaults;
    readonly RuleInfo info;
    readonly IRule? prototype;
    readonly Stepper<float> singles = new();
    readonly Stepper<double> doubles = new();

    /// <summary>An optimizer of one group.</summary>
    /// <param name="parameters">At least one, all float or all double, each once.</param>
    /// <param name="rule">The rule, which also gives the options' defaults.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <exception cref="ArgumentException">The parameters are not as said, or an option is out of range.</exception>
    public Optimizer(IEnumerable<Parameter> parameters, IRule rule, NonFinite nonFinite = NonFinite.Propagate)
        : this([new ParamGroup(parameters)], rule, nonFinite) { }

    /// <summary>An optimizer of several groups, each with options of its own.</summary>
    /// <param name="groups">At least one.</param>
    /// <param name="rule">The rule, which also gives the options' defaults.</param>
    /// <param name="nonFinite">What a step does when a gradient holds NaN or an infinity.</param>
    /// <exception cref="ArgumentException">There is no parameter, or the groups do not go together.</exception>
    public Optimizer(IEnumerable<ParamGroup> groups, IRule rule, NonFinite nonFinite = NonFinite.Propagate)
        : this(groups, RuleInfo.Of(Plain(rule).GetType()), RuleInfo.Of(Plain(rule).GetType()).Read(Plain(rule)), Plain(rule),
            nonFinite == NonFinite.Propagate ? rule.NonFinite : nonFinite) => MaxGradNorm = rule.MaxGradNorm;

    internal Optimizer(IEnumerable<ParamGroup> groups, RuleInfo info, IReadOnlyDictionary<string, object?> defaults, IRule? prototype, NonFinite nonFinite)
    {
        (this.info, this.defaults, this.prototype, NonFinite) = (info, defaults, prototype, nonFinite);
        if (!typeof(IElementwiseRule).IsAssignableFrom(info.RuleType) && info.RuleType != typeof(LBFGS)) throw Fault.NoFormula(info.RuleType);
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

    static IRule Plain(IRule rule) => (rule as Combinators.Guarded)?.Inner ?? rule ?? throw Fault.Null("the rule");

    /// <summary>The rule's name.</summary>
    [DebuggerBrowsable(Never)] public string Name => groups.Count > 0 ? groups[0].Rule.Name : prototype?.Name ?? info.Name;

    /// <summary>The groups, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<ParamGroup> ParamGroups => groups;

    /// <summary>What a step does when a gradient holds NaN or an infinity.</summary>
    [DebuggerBrowsable(Never)] public NonFinite NonFinite { get; set; }

    /// <summary>Factor on every gradient: 1/64 undoes a loss scale of 64.</summary>
    /// <exception cref="ArgumentException">Not a finite number.</exception>
    [DebuggerBrowsable(Never)] public double GradScale { get; set => field = Fault.Finite(Name, "GradScale", value); } = 1;

    /// <summary>The most that the norm of all gradients together may be, after <see cref="GradScale"/>: where it is more, a step scales them down to it, as
    /// torch.nn.utils.clip_grad_norm_ does; the gradients themselves stay as they are. Default: no limit.</summary>
    /// <exception cref="ArgumentException">Not more than 0, or the rule is L-BFGS.</exception>
    [DebuggerBrowsable(Never)]
    public double MaxGradNorm
    {
        get;
        set => field = info.ClosureDriven && value < double.PositiveInfinity ? throw Fault.NoClipping(Name) : Fault.Positive(Name, "MaxGradNorm", value);
    } = double.PositiveInfinity;

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
        if (info.ClosureDriven && groups.Count > 0) throw Fault.OneGroup(Name);
        var (first, named) = (groups.FirstOrDefault() ?? group, group.Members.Count(p => p.Name is not null));
        if (named != 0 && named != group.Members.Length) throw Fault.SomeNames(Name, group.Members.First(p => p.Name is null));
        if (named > 0 != first.Members[0].Name is not null) throw Fault.NamesInOneGroup(Name);
        for (var i = 0; i < group.Members.Length; i++) Check.Parameter(Label(members.Count + i, group.Members[i]), group.Members[i].Value, first.Members[0].Value);
        members.Add(Name, group);
        try { group.Attach(info, group.Resolve(info, defaults, prototype), prototype); }
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
        if (info.ClosureDriven) throw Fault.NoClosure(groups[0].Rule);
        if (groups[0].Members[0].Value is NDArray<float>) Step(singles); else Step(doubles);
    }

    /// <summary>One step after computing the loss and the gradients. L-BFGS computes them several times.</summary>
    /// <param name="closure">Clears the gradients, computes the loss, sets the gradients, returns the loss.</param>
    /// <returns>The loss of the first call, at the parameters before the step.</returns>
    /// <exception cref="ArgumentException">As <see cref="Step()"/>. If the closure throws, parameters and state are as before.</exception>
    public double Step(Func<double> closure)
    {
        if (closure is null) throw Fault.Null("the closure");
        if (info.ClosureDriven)
            return groups[0].Members[0].Value is NDArray<float> ? StepClosure<float>(closure) : StepClosure<double>(closure);
        var loss = closure();
        Step();
        return loss;
    }

    void Step<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (skip, number, clip) = (false, 0, MaxGradNorm < double.PositiveInfinity);
        stepper.Begin();
        foreach (var lifetime in lifetimes) lifetime.Check();
        foreach (var group in groups)
        {
            group.Rule.Validate();
            skip |= Look(group, number, clip, stepper);
            number += group.Members.Length;
        }
        if (skip) { stepper.Begin(); return; }
        var scale = GradScale;
        if (clip) scale *= Clip.Factor(GradNorm = Math.Abs(scale) * Clip.Norm(stepper.Gradients, Execution), MaxGradNorm);
        foreach (var group in groups)
        {
            Hand(group, (IElementwiseRule)group.Rule, stepper);
            stepper.Run(scale, Execution);
        }
        stepper.Gradients.Clear();
    }

    /// <summary>Checks a group's gradients; whether the step is to be left out. This and the next are short loops of their own for the sake of many small tensors.</summary>
    bool Look<T>(ParamGroup group, int number, bool clip, Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, finite, skip) = (group.Members, NonFinite != NonFinite.Propagate, false);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Grad is not NDArray<T> g) continue;
            g.Lifetime?.Check();
            if (g.IsSparse) Check.Gradient(group.Rule, Label(number + i, members[i]), members[i].Value, g);
            if (clip) stepper.Gradients.Add(g);
            if (finite) skip |= Check.Skips(group.Rule, NonFinite, Label(number + i, members[i]), g);
        }
        return skip;
    }

    /// <summary>Hands a group's parameters to the stepper.</summary>
    static void Hand<T>(ParamGroup group, IElementwiseRule rule, Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, states, keys) = (group.Members, group.States, rule.Slots);
        stepper.By(rule);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Grad is not NDArray<T> g || stepper.Again(g, states[i], keys)) continue;
            var θ = (NDArray<T>)members[i].Value;
            states[i].Fit(rule, keys, θ);
            stepper.Add(θ, g, states[i], θ, states[i]);
        }
    }

    static string Label(int number, Parameter p) => p.Name ?? $"parameter {number}";

    /// <summary>The name, then each group's options.</summary>
    public override string ToString() => $"{Name} (" + Environment.NewLine + string.Join(Environment.NewLine, groups.Select((g, i) =>
        $"Parameter Group {i}, {g.Members.Length} parameters" + string.Concat(g.Options.Select(o => $"{Environment.NewLine}    {o.Key}: {RuleInfo.Text(o.Value)}")))) + Environment.NewLine + ")";
}
