using System.Numerics;

namespace Optim.Functional.Tests.TorchFace;

/// <summary>Every registry line in place: made, stepped with seeded gradients, and looked at bit by bit.</summary>
static class Face
{
    public static TheoryData<string> Rules => [.. Registry.All.Select(r => r.Name)];

    /// <summary>Those whose step is given gradients.</summary>
    public static TheoryData<string> Stepped => [.. Registry.All.Where(r => !r.ClosureDriven).Select(r => r.Name)];

    /// <summary>Those of them whose parameters share no scalars, so that each is stepped as if it were alone.</summary>
    public static TheoryData<string> Apart =>
        [.. Registry.All.Where(r => Rule(r.Name) is IGradientRule { ModelScalars.Count: 0 }).Select(r => r.Name)];

    /// <summary>The rule with these options; where they are not given SGD's lr is 0.1, and momentum is 0.9,
    /// so that there is a state.</summary>
    public static IRule Rule(string name, params (string Name, object? Value)[] options)
    {
        var given = options.ToDictionary(o => o.Name, o => o.Value);
        foreach (var required in Registry.Find(name).Options.Where(o => o.Required)) given.TryAdd(required.Name, 0.1);
        if (Registry.Find(name).Options.Any(o => o.Name == "momentum")) given.TryAdd("momentum", 0.9);
        // Factors of long vectors are decomposed in no time.
        if (Registry.Find(name).Options.Any(o => o.Name == "max_preconditioner_dim")) given.TryAdd("max_preconditioner_dim", 8);
        return Registry.Find(name).Create(given);
    }

    public static Parameter Single(string? name, params int[] shape) => new(Random<float>(new(name?.Length ?? 7), shape), name);
    public static Parameter Double(string? name, params int[] shape) => new(Random<double>(new(name?.Length ?? 7), shape), name);

    /// <summary>The same in a shape that the rule takes.</summary>
    public static Parameter Single(IRule rule, string? name, params int[] shape) => Single(name, Shape(rule, shape));
    public static Parameter Double(IRule rule, string? name, params int[] shape) => Double(name, Shape(rule, shape));

    /// <summary>A shape of as many elements that the rule takes: a vector as a matrix, as near to a square as can be, where it takes
    /// matrices only.</summary>
    public static int[] Shape(IRule rule, params int[] shape)
    {
        if ((rule as IGradientRule)?.Refuses(shape) is null) return shape;
        var n = shape.Aggregate(1, (n, d) => n * d);
        var columns = Enumerable.Range(1, Math.Max(1, (int)Math.Sqrt(n))).Last(k => n % k == 0);
        return [n / columns, columns];
    }

    /// <summary>A gradient as the rule takes it: where that is sparse, it names the elements that are not 0.</summary>
    public static NDArray Taken(IRule rule, NDArray g) =>
        rule is not IGradientRule { Sparse: SparseGradients.Only } ? g : g is NDArray<float> single ? Sparse(single)
            : Sparse(g.As<double>());

    static NDArray<T> Sparse<T>(NDArray<T> dense) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var values = dense.Span.ToArray();
        int[] named = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != T.Zero)];
        return new(Array.ConvertAll(named, i => values[i]), dense.Dims, dense.ColumnMajor, named);
    }

    /// <summary>Whether a step adds up a whole parameter's elements, in the order in which they stand: another order is rounded
    /// otherwise.</summary>
    public static bool AddsUp(IRule rule) => rule is IWholeRule or IModelRule;

    /// <summary>Relative to the largest element: a step or two of a few sums and products of matrices of few elements.</summary>
    const double Rounding = 1e-12;

    /// <summary>The same numbers, to the bit; of a rule that adds up in the order in which elements stand, but for the rounding of
    /// that.</summary>
    public static void Same(IRule rule, NDArray wanted, NDArray got)
    {
        if (!AddsUp(rule))
        {
            Assert.Equal(Bits(wanted), Bits(got));
            return;
        }
        var (a, b) = (wanted.As<double>().ToArray(), got.As<double>().ToArray());
        var largest = a.Select(Math.Abs).DefaultIfEmpty().Max();
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), x => Assert.Equal(x.First, x.Second, Rounding * largest));
    }

    public static NDArray Random<T>(Random random, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray.Of(
            [
                .. Enumerable
                    .Range(0, shape.Aggregate(1, (n, d) => n * d))
                    .Select(_ => T.CreateTruncating(random.NextDouble() * 2 - 1)),
            ],
            shape);

    /// <summary>A gradient for most parameters, then a step; L-BFGS steps on a quadratic.</summary>
    public static void Step(Optimizer optimizer, int seed)
    {
        var random = new Random(seed);
        var parameters = optimizer.ParamGroups.SelectMany(g => g.Parameters).ToArray();
        if (optimizer.ParamGroups[0].Rule is IClosureRule) optimizer.Step(() => Quadratic(parameters, seed));
        else
        {
            foreach (var group in optimizer.ParamGroups)
                foreach (var p in group.Parameters) p.Grad = random.Next(4) == 0 ? null : Taken(group.Rule, Noise(random, p.Value));
            optimizer.Step();
        }
    }

    /// <summary>Numbers in [-1, 1) of that type and shape.</summary>
    public static NDArray Noise(Random random, NDArray like) =>
        like is NDArray<float> ? Random<float>(random, [.. like.Shape]) : Random<double>(random, [.. like.Shape]);

    /// <summary>Σ a(x - b)²/2 with a > 0 and b drawn from the seed; sets the gradients, as the rule takes them.</summary>
    public static double Quadratic(Parameter[] parameters, int seed, IRule? rule = null)
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
            p.Grad = rule is null ? g : Taken(rule, g);
        }
        return loss;
    }

    /// <summary>Values, gradients, state and options, to the bit (all NaN alike).</summary>
    public static string Snapshot(Optimizer optimizer) =>
        string.Concat(
            optimizer
                .ParamGroups.SelectMany(g => g.Parameters)
                .Select(p => Bits(p.Value) + (p.Grad is null ? " null " : Bits(p.Grad)))
        ) + Text(optimizer.StateDict());

    /// <summary>As JSON, the slots by name: those of options since switched off may stand in another order.</summary>
    public static string Text(StateDict saved) =>
        new StateDict(
            saved.State.ToDictionary(
                s => s.Key,
                s => (IReadOnlyDictionary<string, object?>)s.Value.OrderBy(e => e.Key, StringComparer.Ordinal).ToDictionary()),
            saved.ParamGroups,
            saved.Rule
        ).ToJson();

    /// <summary>What a rule remembers of all parameters together, as JSON.</summary>
    public static string Text(IReadOnlyDictionary<string, object?> modelState) =>
        new StateDict(new Dictionary<int, IReadOnlyDictionary<string, object?>> { [0] = modelState }, []).ToJson();

    public static string Bits(NDArray tensor) =>
        tensor is NDArray<float> f
            ? string.Join(' ', f.ToArray().Select(x => float.IsNaN(x) ? "NaN" : BitConverter.SingleToUInt32Bits(x).ToString("x8")))
            : string.Join(
                ' ',
                tensor
                    .As<double>()
                    .ToArray()
                    .Select(x => double.IsNaN(x) ? "NaN" : BitConverter.DoubleToUInt64Bits(x).ToString("x16")));

    /// <summary>Of doubles, row by row.</summary>
    public static double[] Numbers(NDArray tensor) => tensor.As<double>().ToArray();

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
