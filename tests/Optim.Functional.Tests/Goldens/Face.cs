using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>One of the library's two faces, set up as a golden case says and driven step by step.</summary>
abstract class Face
{
    /// <summary>Parameter <paramref name="i"/> as it is now.</summary>
    public abstract NDArray Value(int i);
    /// <summary>What the rule remembers of it.</summary>
    public abstract ParameterState State(int i);
    /// <summary>The scalars that a group's parameters share.</summary>
    public abstract IReadOnlyDictionary<string, double> Shared(int group);
    /// <summary>All parameters as the model is evaluated with them.</summary>
    public abstract double[][] Evaluated(Golden c);
    /// <summary>The rule that parameter <paramref name="i"/> is stepped by.</summary>
    public abstract IGradientRule Rule(int i);
    /// <summary>Step t (from 1) with one gradient or none for each parameter.</summary>
    protected abstract void Step(NDArray?[] g);
    /// <summary>Whether this face is handed MathNet's vectors and column-major matrices.</summary>
    protected abstract bool MathNet { get; }

    /// <summary>Sets the options that change before step t.</summary>
    public abstract void Events(Golden c, int t);

    public double[][] Values(Golden c) => [.. c.Shapes.Select((_, i) => Numbers.Of(Value(i)))];

    /// <summary>One step with recorded gradients.</summary>
    public void Step(Golden c, int t, JsonElement grads)
    {
        if (c.IsBeyond && Beyond.SingleScale(c, grads) is { } scale)
            Step(c, t, [.. grads.EnumerateArray()
                .Select(g => g.ValueKind == JsonValueKind.Null ? null : Array.ConvertAll(g.Doubles(), x => scale * x))]);
        else Step(c, t, [.. grads.EnumerateArray().Select((g, i) => g.Gradient(c.Shapes[i], c.Single, MathNet))]);
    }

    /// <summary>Other gradients, handed over after step t.</summary>
    public void Observe(Golden c, int t)
    {
        foreach (var grads in Beyond.ObservedAfter(c, t))
            Observe([.. grads.EnumerateArray().Select((g, i) => g.Gradient(c.Shapes[i], c.Single, MathNet))]);
    }

    protected abstract void Observe(NDArray?[] g);

    /// <summary>One step with gradients as flat numbers.</summary>
    public void Step(Golden c, int t, double[]?[] g) =>
        Step(c, t, [.. g.Select((x, i) => x is null ? null : Numbers.NDArray(x, c.Shapes[i], c.Single, MathNet))]);

    void Step(Golden c, int t, NDArray?[] g)
    {
        Events(c, t);
        for (var i = 0; i < g.Length; i++) RoundScalars(c, i, g[i] is not null);
        using (KronRecord.Draws(c, t)) Step(g);
        for (var i = 0; i < g.Length; i++) RoundScalars(c, i, false);
    }

    /// <summary>torch keeps ASGD's eta and mu and NAdam's mu_product in its default dtype, float32 unless changed, and rounds them at each
    /// write; the library keeps doubles. Here, and only here, they are rounded as torch rounds them, so that what is computed from them is
    /// compared at the parameters' own precision.</summary>
    void RoundScalars(Golden c, int i, bool steps)
    {
        var (state, rule) = (State(i), Rule(i));
        if (!c.SingleScalars || rule.Scalars.Count == 0) return;
        if (steps && !state.Exists) state.Become(ParameterState.Eager(Plan.Of(rule), Value(i), rule.Lr));
        if (!state.Exists) return;
        state.Carried = new((float)state.Carried.S1, (float)state.Carried.S2);
        if (steps && rule is NAdam) state.Carried = Leading(rule, state);
    }

    /// <summary>NAdam's product is written, and rounded, before the step uses it: so it starts from what makes it that.</summary>
    static Scalars Leading(IGradientRule rule, ParameterState state)
    {
        var μ = rule.After(new(state.Step + 1, rule.Lr, Before: new(1))).S1;
        return μ == 0 ? state.Carried : new((float)state.Carried.S1 * (float)μ / μ);
    }
}

/// <summary>Optimizer, groups and options by name; all parameters are row-major.</summary>
sealed class TorchFace : Face
{
    readonly Parameter[] parameters;

    public TorchFace(Golden c, double[][]? start = null)
    {
        Parameter Of(int[] shape, int i) => new(Numbers.NDArray((start ?? c.Start)[i], shape, c.Single, mathNet: false));
        parameters = [.. c.Shapes.Select(Of)];
        Optimizer = new(c.Groups.Select(g => Group(g.Params, g.Options)), c.CreatePlan());
    }

    ParamGroup Group(int[] members, Dictionary<string, object?> options)
    {
        var group = new ParamGroup(members.Select(i => parameters[i]));
        foreach (var (option, value) in options) group[option] = value;
        return group;
    }

    public Optimizer Optimizer { get; }
    public IReadOnlyList<Parameter> Parameters => parameters;
    public override NDArray Value(int i) => parameters[i].Value;
    public override ParameterState State(int i) => Optimizer.State(parameters[i]);
    public override IGradientRule Rule(int i) => (IGradientRule)Optimizer.ParamGroups.First(g => g.Parameters.Contains(parameters[i])).Rule;
    protected override bool MathNet => false;

    public override IReadOnlyDictionary<string, double> Shared(int group)
    {
        var (keys, saved) = (((IGradientRule)Optimizer.ParamGroups[group].Rule).ModelScalars, Optimizer.StateDict().ParamGroups[group]);
        return keys.ToDictionary(key => key, key => (double)saved[key]!);
    }

    public override double[][] Evaluated(Golden c) => Optimizer.Evaluate(() => Values(c));

    protected override void Step(NDArray?[] g)
    {
        for (var i = 0; i < g.Length; i++) parameters[i].Grad = g[i];
        Optimizer.Step();
    }

    protected override void Observe(NDArray?[] g)
    {
        for (var i = 0; i < g.Length; i++) parameters[i].Grad = g[i];
        Optimizer.Observe();
    }

    public override void Events(Golden c, int t)
    {
        foreach (var (group, option, value) in c.EventsBefore(t)) Optimizer.ParamGroups[group][option] = value;
    }
}

/// <summary>(params, grads, state) -> (params', state') over MathNet's vectors and column-major matrices. A group is a part of the plan, an
/// event another plan.</summary>
sealed class PureFace : Face
{
    readonly Plan outer;
    readonly RuleInfo info;
    readonly IGradientRule[] rules;
    readonly int[] groups;
    readonly string[] names;
    Plan plan;
    Params θ;
    State state;

    public PureFace(Golden c)
    {
        (outer, info) = (c.CreatePlan(), c.Rule);
        rules = [.. c.Groups.Select(g => (IGradientRule)g.Options.Where(o => !Differences.OfConstructor.Contains((c.Optimizer, o.Key)))
            .Aggregate(outer.Rule, (rule, o) => info.With(rule, o.Key, o.Value)))];
        groups = [.. c.Shapes.Select((_, i) => Array.FindIndex(c.Groups, g => g.Params.Contains(i)))];
        names = [.. c.Shapes.Select((_, i) => $"group{groups[i]}.p{i}")];
        θ = Params.Of(c.Shapes.Select((shape, i) => (names[i], Numbers.NDArray(c.Start[i], shape, c.Single, mathNet: true))));
        plan = OfGroups();
        state = plan.Init(θ);
    }

    Plan OfGroups()
    {
        var result = outer.Around(rules[0]);
        for (var g = 1; g < rules.Length; g++) result = result.For(Select.Named($"group{g}.*"), rules[g]);
        return result;
    }

    public override NDArray Value(int i) => θ[i];
    public override ParameterState State(int i) => state[i];
    public override IGradientRule Rule(int i) => rules[groups[i]];
    protected override bool MathNet => true;

    public override IReadOnlyDictionary<string, double> Shared(int group)
    {
        var keys = rules[group].ModelScalars;
        Assert.Equal(rules.Sum(r => r.ModelScalars.Count), state.SharedScalars.Count);
        var first = rules[1..].Sum(r => r.ModelScalars.Count); // the first group is the rest
        var values = state.SharedScalars.Values.Skip(group == 0 ? first : rules[1..group].Sum(r => r.ModelScalars.Count));
        return keys.Zip(values).ToDictionary(s => s.First, s => s.Second);
    }

    public override double[][] Evaluated(Golden c) => [.. plan.View(θ, state).Entries.Select(e => Numbers.Of(e.Value))];

    protected override void Step(NDArray?[] g) => (θ, state) = plan.Step(θ, Named(g), state);

    protected override void Observe(NDArray?[] g) => state = plan.Observe(θ, Named(g), state);

    Params Named(NDArray?[] g) =>
        Params.Of(names.Zip(g).Where(e => e.Second is not null).Select(e => (e.First, e.Second!)));

    public override void Events(Golden c, int t)
    {
        foreach (var (group, option, value) in c.EventsBefore(t)) rules[group] = (IGradientRule)info.With(rules[group], option, value);
        plan = OfGroups();
    }
}
