using System.Collections.Immutable;
using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>A rule, the stages around it, and other plans for some of the parameters: what both faces step with. Data: it prints, compares,
/// and is saved.</summary>
/// <remarks>
/// The kind of a stage fixes when it acts, in whatever order they are given: gradient (clip, finite policy, loss scale), rate (schedule),
/// update (cautious), after (averages). One of each type at most. Parts get the outer plan's stages too, unless they have one of that type
/// of their own.
/// </remarks>
public sealed class Plan : IRule, IEquatable<Plan>
{
    readonly ImmutableArray<IStage> stages;
    readonly ImmutableArray<Part> parts;
    readonly double lrFactor;

    Plan(IRule rule, ImmutableArray<IStage> stages, ImmutableArray<Part> parts)
    {
        stages = [.. stages.OrderBy(StageKind.Place)];
        (Rule, this.stages, this.parts) = (rule, stages, parts);
        (Elementwise, Whole, Model) = (rule as IElementwiseRule, rule as IWholeRule, rule as IModelRule);
        if (rule is IGradientRule own)
        {
            Carries = own.Scalars.Count > 0;
            Shares = own.ModelScalars.Count > 0;
            Counts = own.CountsSteps;
            TakesSparseOnly = own.Sparse == SparseGradients.Only;
        }
        Gradient = [.. stages.Where(s => s is IGradientStage or IGradientMap).OrderBy(StageKind.Place)];
        Accumulate = stages.OfType<Accumulate>().FirstOrDefault();
        PreparesGradients = Sums || Gradient.Any(s => s is IGradientMap);
        Update = [.. stages.OfType<IUpdateStage>().OrderBy(s => s.Order)];
        After = [.. stages.OfType<IAfterStage>().OrderBy(s => s.Order)];
        NonFinite = stages.OfType<FinitePolicy>().FirstOrDefault()?.Then ?? NonFinite.Propagate;
        Schedule = stages.OfType<ISchedule>().FirstOrDefault();
        lrFactor = stages.OfType<LrFactor>().FirstOrDefault()?.Factor ?? 1;
        IsFrozen = stages.Any(s => s is Freeze);
        Resolved = [.. parts.Select(p => p.Plan.Within(stages)).Append(parts.IsEmpty ? this : new(rule, stages, []))];
    }

    /// <summary>The plan of a rule: the rule alone, or itself.</summary>
    public static Plan Of(IRule rule) => rule switch
    {
        null => throw Fault.Null("the rule"),
        Plan plan => plan,
        IGradientRule or IClosureRule => new(rule, [], []),
        _ => throw Fault.NoFormula(rule.GetType()),
    };

    /// <summary>The rule of all parameters that are in no part.</summary>
    [DebuggerBrowsable(Never)] public IRule Rule { get; }

    /// <summary>The stages around it, in the order in which they act.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<IStage> Stages => stages;

    /// <summary>The plans of some parameters; the first that matches counts.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<Part> Parts => parts;

    /// <summary>What the rule is, and has: asked for once, since steps ask for it.</summary>
    internal IElementwiseRule? Elementwise { get; }
    internal IWholeRule? Whole { get; }
    internal IModelRule? Model { get; }
    internal bool Carries { get; }
    internal bool Shares { get; }
    internal bool Counts { get; }
    internal bool TakesSparseOnly { get; }

    /// <summary>Whether one of its rules learns from other gradients than those of its steps.</summary>
    internal bool Observes => Resolved.Any(p => p.Rule is IObservingRule);

    /// <summary>Gradient stages and maps, in their order.</summary>
    internal IStage[] Gradient { get; }

    /// <summary>Whether steps are made with other gradients than those that are given.</summary>
    internal bool PreparesGradients { get; }

    internal Accumulate? Accumulate { get; }

    /// <summary>Whether gradients of several calls are summed up.</summary>
    internal bool Sums => Accumulate is { Buffers: true };

    internal IUpdateStage[] Update { get; }
    internal IAfterStage[] After { get; }
    internal ISchedule? Schedule { get; }
    internal NonFinite NonFinite { get; }

    /// <summary>Whether gradients are not looked at.</summary>
    internal bool IsFrozen { get; }

    /// <summary>The plan of each part with the outer stages, then the one of the rest: none of them has parts.</summary>
    internal Plan[] Resolved { get; }

    /// <summary>The names of all rules, such as Muon + AdamW.</summary>
    [DebuggerBrowsable(Never)] public string Name => string.Join(" + ", Resolved.Select(r => r.Rule.Name).Distinct());

    /// <summary>With one more stage, or with another one in place of that of the same type.</summary>
    /// <exception cref="ArgumentException">Its options are out of range, or it cannot go around the rule.</exception>
    public Plan With(IStage stage)
    {
        (stage ?? throw Fault.Null("the stage")).Validate();
        foreach (var plan in Resolved) StageKind.Check(stage, plan.Rule);
        var same = stages.FirstOrDefault(s => StageKind.AreAlike(s, stage));
        return new(Rule, same is null ? stages.Add(stage) : stages.Replace(same, stage), parts);
    }

    /// <summary>Without the stage of that type.</summary>
    public Plan Without<S>() where S : IStage => new(Rule, stages.RemoveAll(s => s is S), parts);

    /// <summary>Without what makes other gradients of a step's than those of its loss.</summary>
    internal Plan WithoutLimits() => new(Rule, stages.RemoveAll(s => s is ClipNorm or Functional.Accumulate or IGradientMap), parts);

    /// <summary>The stage of that type, or null.</summary>
    public S? Find<S>() where S : class, IStage => stages.OfType<S>().FirstOrDefault();

    /// <summary>With another rule or plan for the parameters that are selected, and not by a part before.</summary>
    /// <exception cref="ArgumentException">The plan has parts or gradient stages of its own, one of the rules asks for the loss, or a stage
    /// cannot go around the rule.</exception>
    public Plan For(Select where, IRule rule)
    {
        var plan = Of(rule);
        if (where is null) throw Fault.Null("the selection");
        if (plan.parts.Length > 0) throw Fault.PartInPart(plan);
        if (plan.Gradient.Length > 0) throw Fault.GradientStageInPart(plan, plan.Gradient[0]);
        if (Rule is IClosureRule || plan.Rule is IClosureRule) throw Fault.ClosureInParts(Rule, plan.Rule);
        foreach (var stage in stages) StageKind.Check(stage, plan.Rule);
        return new(Rule, stages, parts.Add(new(where, plan)));
    }

    /// <summary>With parameters that stay as they are, whatever other part they are in: their gradients are not looked at.</summary>
    /// <exception cref="ArgumentException">The rule asks for the loss.</exception>
    public Plan Freeze(Select where)
    {
        if (where is null) throw Fault.Null("the selection");
        var frozen = new Plan(Rule, [], []).With(new Freeze());
        return new(Rule, stages, parts.Insert(0, new(where, frozen)));
    }

    /// <summary>The plan of a parameter: one without parts.</summary>
    public Plan For(string? name, IReadOnlyList<int> shape) => Resolved[PartOf(name, shape)];

    internal int PartOf(string? name, IReadOnlyList<int> shape)
    {
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Where.Matches(name, shape)) return i;
        return parts.Length;
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Steps made before.</param>
    /// <param name="own">The group's own.</param>
    internal double LrAt(long step, double own) => lrFactor * (Schedule?.At(step, own) ?? own);

    /// <summary>The plan of a step: where the schedule moves the momentum, with a rule that has it then.</summary>
    internal Plan At(long step)
    {
        if (Schedule is not IMomentumSchedule moving || moving.MomentumAt(step) is not { } μ) return this;
        if (moved?.Momentum != μ) moved = new(μ, Around(Momentum.Of(Rule, μ)));
        return moved.Plan;
    }

    sealed record Moved(double Momentum, Plan Plan);

    Moved? moved;

    /// <summary>The same stages and parts around another rule.</summary>
    public Plan Around(IRule rule) => ReferenceEquals(rule, Rule) ? this : new(rule, stages, parts);

    /// <summary>Whether the rules and parts are the same, whatever their options and stages.</summary>
    internal bool HasRulesOf(Plan other) => Rule.GetType() == other.Rule.GetType() && parts.Length == other.parts.Length
        && parts.Zip(other.parts).All(p => p.First.Where == p.Second.Where && p.First.Plan.Rule.GetType() == p.Second.Plan.Rule.GetType());

    /// <inheritdoc/>
    public void Validate()
    {
        Rule.Validate();
        foreach (var stage in stages) stage.Validate();
        foreach (var part in parts) part.Plan.Validate();
    }

    Plan Within(ImmutableArray<IStage> outer) =>
        new(Rule, [.. stages, .. outer.Where(o => !stages.Any(s => StageKind.AreAlike(s, o)))], []);

    /// <summary>What is kept for a parameter: the rule's slots, then the stages'. The same list at every call.</summary>
    internal IReadOnlyList<SlotSpec> SlotsOf(NDArray θ) => SlotsOf(((IGradientRule)Rule).SlotsOf(θ.Shape));

    /// <summary>The same, of the rule's slots.</summary>
    internal IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<SlotSpec> own)
    {
        if (After.Length == 0) return own;
        foreach (var (known, all) in combined)
            if (ReferenceEquals(known, own)) return all;
        SlotSpec[] both = [.. own, .. After.Select(a => a.Slot)];
        if (both.Length > Most) throw Fault.TooManySlots(Rule, both.Length, Most);
        combined = [.. combined, (own, both)];
        return both;
    }

    (IReadOnlyList<SlotSpec> Own, IReadOnlyList<SlotSpec> All)[] combined = [];

    internal const int Most = 8;

    /// <summary>The scalars that the parameters of each part share, by key; with the rule's name before it where several parts have any,
    /// and the part's number before that where they have the same rule.</summary>
    internal IReadOnlyDictionary<string, double> SharedOf(Func<int, Scalars> at)
    {
        var rules = Resolved.Select((p, i) => (Rule: p.Rule as IGradientRule, i)).Where(p => p.Rule?.ModelScalars.Count > 0).ToArray();
        return rules.SelectMany(p => p.Rule!.ModelScalars.Select((key, k) => (Key: Prefix(p.i, p.Rule.Name) + key, Value: at(p.i)[k])))
            .ToDictionary(s => s.Key, s => s.Value);

        string Prefix(int part, string name) =>
            rules.Length == 1 ? "" : rules.Count(r => r.Rule!.Name == name) == 1 ? $"{name}." : $"{part}.{name}.";
    }

    internal Scalars[] StartShared() => Array.ConvertAll(Resolved, p => p.Rule is IGradientRule rule ? rule.StartModel() : default);

    /// <inheritdoc/>
    public bool Equals(Plan? other) =>
        other is not null && Rule.Equals(other.Rule) && stages.SequenceEqual(other.stages) && parts.SequenceEqual(other.parts);

    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as Plan);

    /// <inheritdoc/>
    public override int GetHashCode() => stages.Aggregate(Rule.GetHashCode(), HashCode.Combine);

    /// <summary>The rule, each stage, each part.</summary>
    public override string ToString() => string.Join(" |> ", stages.Select(s => $"{s}").Prepend($"{Rule}"))
        + string.Concat(parts.Select(p => $"; {p}"));
}
