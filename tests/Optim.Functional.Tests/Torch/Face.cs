using System.Numerics;

namespace Optim.Functional.Tests.TorchFace;

/// <summary>Every registry line in place: made, stepped with seeded gradients, and looked at bit by bit.</summary>
static class Face
{
    public static TheoryData<string> Rules => [.. Registry.All.Select(r => r.Name)];
    public static TheoryData<string> Elementwise => [.. Registry.All.Where(r => !r.ClosureDriven).Select(r => r.Name)];

    /// <summary>The rule with these options; where they are not given SGD's lr is 0.1, and momentum is 0.9, so that there is a state.</summary>
    public static IRule Rule(string name, params (string Name, object? Value)[] options)
    {
        var given = options.ToDictionary(o => o.Name, o => o.Value);
        foreach (var required in Registry.Find(name).Options.Where(o => o.Required)) given.TryAdd(required.Name, 0.1);
        if (Registry.Find(name).Options.Any(o => o.Name == "momentum")) given.TryAdd("momentum", 0.9);
        return Registry.Find(name).Create(given);
    }

    public static Parameter Single(string? name, params int[] shape) => new(Random<float>(new(name?.Length ?? 7), shape), name);
    public static Parameter Double(string? name, params int[] shape) => new(Random<double>(new(name?.Length ?? 7), shape), name);

    public static NDArray Random<T>(Random random, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray.Of([.. Enumerable.Range(0, shape.Aggregate(1, (n, d) => n * d)).Select(_ => T.CreateTruncating(random.NextDouble() * 2 - 1))], shape);

    /// <summary>A gradient for most parameters, then a step; L-BFGS steps on a quadratic.</summary>
    public static void Step(Optimizer optimizer, int seed)
    {
        var random = new Random(seed);
        var parameters = optimizer.ParamGroups.SelectMany(g => g.Parameters).ToArray();
        if (optimizer.ParamGroups[0].Rule is IClosureRule) optimizer.Step(() => Quadratic(parameters, seed));
        else
        {
            foreach (var p in parameters)
                p.Grad = random.Next(4) == 0 ? null : p.Value is NDArray<float> ? Random<float>(random, [.. p.Value.Shape]) : Random<double>(random, [.. p.Value.Shape]);
            optimizer.Step();
        }
    }

    /// <summary>Σ a(x - b)²/2 with a > 0 and b drawn from the seed; sets the gradients.</summary>
    public static double Quadratic(Parameter[] parameters, int seed)
    {
        var (random, loss) = (new Random(seed), 0.0);
        foreach (var p in parameters)
        {
            var g = p.Value.NewLike(0);
            for (var i = 0; i < g.Length; i++)
            {
                var (a, b) = (random.NextDouble() + 0.1, random.NextDouble());
                var x = Convert.ToDouble(p.Value.Storage.GetValue(i));
                loss += a * (x - b) * (x - b) / 2;
                g.Storage.SetValue(p.Value is NDArray<float> ? (object)(float)(a * (x - b)) : a * (x - b), i);
            }
            p.Grad = g;
        }
        return loss;
    }

    /// <summary>Values, gradients, state and options, to the bit (all NaN alike).</summary>
    public static string Snapshot(Optimizer optimizer) =>
        string.Concat(optimizer.ParamGroups.SelectMany(g => g.Parameters).Select(p => Bits(p.Value) + (p.Grad is null ? " null " : Bits(p.Grad)))) + Text(optimizer.StateDict());

    /// <summary>As JSON, the slots by name: those of options since switched off may stand in another order.</summary>
    public static string Text(StateDict saved) => new StateDict(
        saved.State.ToDictionary(s => s.Key, s => (IReadOnlyDictionary<string, object?>)s.Value.OrderBy(e => e.Key, StringComparer.Ordinal).ToDictionary()), saved.ParamGroups, saved.Rule).ToJson();

    /// <summary>What a rule remembers of all parameters together, as JSON.</summary>
    public static string Text(IReadOnlyDictionary<string, object?> modelState) => new StateDict(new Dictionary<int, IReadOnlyDictionary<string, object?>> { [0] = modelState }, []).ToJson();

    public static string Bits(NDArray tensor) => tensor is NDArray<float> f
        ? string.Join(' ', f.ToArray().Select(x => float.IsNaN(x) ? "NaN" : BitConverter.SingleToUInt32Bits(x).ToString("x8")))
        : string.Join(' ', tensor.As<double>().ToArray().Select(x => double.IsNaN(x) ? "NaN" : BitConverter.DoubleToUInt64Bits(x).ToString("x16")));

    /// <summary>Through JSON and back.</summary>
    public static StateDict Again(StateDict saved) => StateDict.FromJson(saved.ToJson());

    /// <summary>The message of what <paramref name="act"/> throws; nothing of the optimizer may have changed.</summary>
    public static string Refused<E>(Optimizer optimizer, Action act) where E : Exception
    {
        var before = Snapshot(optimizer);
        var fault = Assert.Throws<E>(act);
        Assert.Equal(before, Snapshot(optimizer));
        return fault.Message;
    }
}
