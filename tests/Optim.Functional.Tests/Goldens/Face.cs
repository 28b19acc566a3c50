using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>One of the library's two faces, set up as a golden case says and driven step by step.</summary>
abstract class Face
{
    /// <summary>Parameter <paramref name="i"/> as it is now.</summary>
    public abstract NDArray Value(int i);
    /// <summary>What the rule remembers of it.</summary>
    public abstract ParameterState State(int i);
    /// <summary>The rule that parameter <paramref name="i"/> is stepped by.</summary>
    protected abstract IElementwiseRule Rule(int i);
    /// <summary>Step t (from 1) with one gradient or none for each parameter.</summary>
    protected abstract void Step(NDArray?[] g);
    /// <summary>Whether this face is handed MathNet's vectors and column-major matrices.</summary>
    protected abstract bool MathNet { get; }

    public virtual void Events(int t) { }

    public double[][] Values(Golden c) => [.. c.Shapes.Select((_, i) => Numbers.Of(Value(i)))];

    /// <summary>One step with recorded gradients.</summary>
    public void Step(Golden c, int t, JsonElement grads) =>
        Step(c, t, [.. grads.EnumerateArray().Select((g, i) => g.Gradient(c.Shapes[i], c.Single, MathNet || g.ValueKind == JsonValueKind.Object))]);

    /// <summary>One step with gradients as flat numbers.</summary>
    public void Step(Golden c, int t, double[]?[] g) =>
        Step(c, t, [.. g.Select((x, i) => x is null ? null : Numbers.NDArray(x, c.Shapes[i], c.Single, MathNet))]);

    void Step(Golden c, int t, NDArray?[] g)
    {
        Events(t);
        for (var i = 0; i < g.Length; i++) RoundScalars(c, i, g[i] is not null);
        Step(g);
        for (var i = 0; i < g.Length; i++) RoundScalars(c, i, false);
    }

    /// <summary>torch keeps ASGD's eta and mu in its default dtype, float32 unless changed, and rounds them at each write; the library keeps doubles.
    /// Here, and only here, they are rounded as torch rounds them, so that what is computed from them is compared at the parameters' own precision.</summary>
    void RoundScalars(Golden c, int i, bool create)
    {
        var (state, rule) = (State(i), Rule(i));
        if (!c.SingleScalars || rule.Scalars.Count == 0) return;
        if (create && !state.Exists) state.Become(ParameterState.Eager(Plan.Of(rule), Value(i), rule.Lr));
        if (state.Exists) state.Carried = new((float)state.Carried.S1, (float)state.Carried.S2);
    }
}

/// <summary>Optimizer, groups and options by name; dense parameters are row-major, those with sparse gradients MathNet's.</summary>
sealed class TorchFace : Face
{
    readonly Parameter[] parameters;
    readonly JsonElement events;

    public TorchFace(Golden c, double[][]? start = null)
    {
        var sparse = c.Has("grads") && c.Json.GetProperty("grads").EnumerateArray().SelectMany(step => step.EnumerateArray()).Any(g => g.ValueKind == JsonValueKind.Object);
        parameters = [.. c.Shapes.Select((shape, i) => new Parameter(Numbers.NDArray((start ?? c.Start)[i], shape, c.Single, sparse)))];
        Optimizer = new(Groups(c), c.CreateRule());
        events = c.HasEvents ? c.Json.GetProperty("events") : default;
    }

    public Optimizer Optimizer { get; }
    public IReadOnlyList<Parameter> Parameters => parameters;
    public override NDArray Value(int i) => parameters[i].Value;
    public override ParameterState State(int i) => Optimizer.State(parameters[i]);
    protected override bool MathNet => false;
    protected override IElementwiseRule Rule(int i) => (IElementwiseRule)Optimizer.ParamGroups.First(g => g.Parameters.Contains(parameters[i])).Rule;

    protected override void Step(NDArray?[] g)
    {
        for (var i = 0; i < g.Length; i++) parameters[i].Grad = g[i];
        Optimizer.Step();
    }

    public override void Events(int t)
    {
        if (events.ValueKind != JsonValueKind.Array) return;
        foreach (var e in events.EnumerateArray().Where(e => e.Whole("before_step") == t))
            foreach (var (option, value) in e.GetProperty("set").Options()) Optimizer.ParamGroups[e.Whole("group")][option] = value;
    }

    IEnumerable<ParamGroup> Groups(Golden c)
    {
        if (!c.HasGroups) return [new(parameters)];
        return c.Json.GetProperty("groups").EnumerateArray().Select(g =>
        {
            var group = new ParamGroup(g.GetProperty("params").Integers().Select(i => parameters[i]));
            foreach (var (option, value) in g.GetProperty("options").Options()) group[option] = value;
            return group;
        });
    }
}

/// <summary>(params, grads, state) -> (params', state') over MathNet's vectors and column-major matrices.</summary>
sealed class PureFace : Face
{
    readonly IElementwiseRule rule;
    Params θ;
    State state;

    public PureFace(Golden c)
    {
        rule = (IElementwiseRule)c.CreateRule();
        θ = Params.Of(c.Shapes.Select((shape, i) => ($"p{i}", Numbers.NDArray(c.Start[i], shape, c.Single, mathNet: true))));
        state = rule.Init(θ);
    }

    public override NDArray Value(int i) => θ[i];
    public override ParameterState State(int i) => state[i];
    protected override bool MathNet => true;
    protected override IElementwiseRule Rule(int i) => rule;

    protected override void Step(NDArray?[] g) =>
        (θ, state) = rule.Step(θ, Params.Of(g.Select((x, i) => ($"p{i}", x)).Where(e => e.x is not null).Select(e => (e.Item1, e.x!))), state);
}
