namespace Optim.Functional.Tests.TorchFace;

/// <summary>A random program of steps, option changes, added groups and ZeroGrad, cut at every place:
/// saved as JSON and continued by a fresh optimizer.</summary>
public class ResumeTests
{
    const int Programs = 5, Length = 14;

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Saving_anywhere_and_continuing_afresh_is_the_same_as_never_stopping(string name) =>
        Assert.All(Enumerable.Range(0, Programs), seed =>
        {
            var program = Enumerable.Range(0, Length).Select(i => Operation(name, 1000 * seed + i)).ToArray();
            var whole = Start(name, seed);
            foreach (var operation in program) operation(whole);

            for (var cut = 0; cut <= Length; cut++)
            {
                var first = Start(name, seed);
                foreach (var operation in program[..cut]) operation(first);
                var second = Continue(first, name);
                foreach (var operation in program[cut..]) operation(second);
                Assert.Equal(Face.Snapshot(whole), Face.Snapshot(second));
            }
        });

    static Optimizer Start(string name, int seed)
    {
        var rule = Face.Rule(name);
        Parameter New(string? label, params int[] shape) =>
            seed % 2 == 0 ? Face.Single(rule, seed % 3 == 0 ? null : label, shape) : Face.Double(rule, seed % 3 == 0 ? null : label, shape);
        return new([New("a", 3, 2), New("bb", 5), New("ccc", 1)], rule);
    }

    static Optimizer Continue(Optimizer stopped, string name)
    {
        var groups = stopped.ParamGroups.Select(g => new ParamGroup(
            g.Parameters.Select(p => new Parameter(p.Value.Clone(), p.Name) { Grad = p.Grad?.Clone() })));
        var fresh = new Optimizer([.. groups], Face.Rule(name));
        fresh.LoadStateDict(Face.Again(stopped.StateDict()));
        return fresh;
    }

    static Action<Optimizer> Operation(string name, int seed)
    {
        var random = new Random(seed);
        var options = Registry.Find(name).Options;
        switch (random.Next(8))
        {
            case 0: return o => o.ZeroGrad(setToNull: seed % 2 == 0);
            case 1 when name != "LBFGS": return o => o.AddParamGroup(Added(o, seed));
            case 2 or 3 or 4:
                var option = options[random.Next(options.Count)];
                var (place, value) = (random.Next(100), Value(option, random));
                return o =>
                {
                    // Nesterov without momentum is refused, on both sides alike.
                    try { o.ParamGroups[place % o.ParamGroups.Count][option.Name] = value; }
                    catch (ArgumentException) { }
                };
            default: return o => Face.Step(o, seed);
        }
    }

    static ParamGroup Added(Optimizer o, int seed)
    {
        var (like, rule) = (o.ParamGroups[0].Parameters[0], o.ParamGroups[0].Rule);
        var name = like.Name is null ? null : new string('x', 4 + o.ParamGroups.Count);
        return new(like.Value is NDArray<float> ? Face.Single(rule, name, 4) : Face.Double(rule, name, 4)) { ["lr"] = 0.01 + seed % 5 };
    }

    static object? Value(OptionInfo option, Random random) => (option.Name, random.Next(2)) switch
    {
        ("momentum" or "weight_decay" or "dampening" or "lr_decay" or "t0", var on) => on * 0.5,
        ("history_size", var on) => 1 + 4 * on,
        ("max_iter", var on) => 2 + 3 * on,
        ("max_eval", var on) => on == 0 ? null : 3,
        ("line_search_fn", var on) => on == 0 ? null : "strong_wolfe",
        ("beta2_decay", var on) => -0.5 - 0.5 * on,
        ("d" or "growth_rate", var on) => 1.0 + on,
        ("eps", var on) when option.Type == typeof(double?[]) => new double?[] { on == 0 ? null : 1e-8, 1e-3 },
        ("ns_coefficients", var on) => new[] { 3.0 + on, -4.775, 2.0315 },
        ("ns_steps" or "warmup_steps", var on) => 2 + on,
        ("adjust_lr_fn", var on) => on == 0 ? null : "match_rms_adamw",
        ("coefficients", var on) => on == 0 ? "original" : "polar_express",
        ("weight_decay_method", var on) => on == 0 ? null : "independent",
        ("matrices", var on) => on == 0 ? null : "batch",
        ("split_sizes", _) => null,
        ("beta3", var on) => on == 0 ? null : 0.5,
        ("inner_momentum", var on) => on * 0.5,
        ("etas", var on) => new[] { 0.4 + 0.1 * on, 1.1 },
        ("step_sizes", var on) => new[] { 1e-6, 40.0 + on },
        (_, var on) when option.Type == typeof(bool) => on == 1,
        (_, var on) when option.Type == typeof(double[]) => new[] { 0.8 + 0.1 * on, 0.99 },
        (_, var on) => 0.25 + on * 0.5,
    };
}
