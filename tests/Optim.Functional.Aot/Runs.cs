using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using static Optim.Functional.Torch;

namespace Optim.Functional.Aot;

/// <summary>What the program does, each a name and what it came to.</summary>
/// <typeparam name="T">float or double.</typeparam>
static class Runs<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Steps = 5;

    public static IEnumerable<(string Name, string Digest)> All()
    {
        yield return ("torch's AdamW", InPlace(parameters => optim.AdamW(parameters, lr: 1e-3)));
        yield return ("groups", Groups());
        yield return ("state dict", Resumed());
        yield return ("a stream", Streamed());
        yield return ("every stage", BothFaces(Staged(new AdamW())));
        foreach (var rule in Rules()) yield return ($"stages around {rule.Name}", BothFaces(Updated(rule)));
        yield return ("parts", BothFaces(new AdamW().For(Select.Matrices, new Muon())));
        yield return ("LBFGS", Closure(new LBFGS()));
        yield return ("LBFGS with a line search", Closure(new LBFGS(LineSearchFn: "strong_wolfe")));
        foreach (var info in Registry.All)
            if (!info.ClosureDriven && info.Name is not ("Muon" or "NorMuon" or "AdaMuon" or "NAMO" or "SparseAdam"))
                yield return (info.Name, BothFaces(Made(info)));
        yield return ("Muon", BothFaces(new Muon().For(Select.Vectors, new Lion())));
        yield return ("NorMuon", BothFaces(new NorMuon().For(Select.Vectors, new Lion())));
        yield return ("AdaMuon", BothFaces(new AdaMuon().For(Select.Vectors, new Lion())));
        yield return ("NAMO", BothFaces(new NAMO().For(Select.Vectors, new Lion())));
        yield return ("hyperball", BothFaces(new AdamW().For(Select.Matrices, new Muon()).With(new Cautious()).Hyperball()));
        yield return ("ScheduleFreeAdamW's view", View(new ScheduleFreeAdamW()));
        yield return ("an average's view", View(new SGD(Lr: 0.1).Ema(0.9)));
        yield return ("SparseAdam", Sparse());
        yield return ("a rule of one's own", BothFaces(new Halving()));
    }

    /// <summary>Elementwise rules whose formulas have other forms.</summary>
    static IEnumerable<IRule> Rules() =>
    [
        new Adam(Amsgrad: true),
        new SGD(Lr: 0.1, Momentum: 0.9, Nesterov: true),
        new RMSprop(Momentum: 0.5, Centered: true),
        new Lion(),
        new Prodigy(),
    ];

    /// <summary>With everything there is around a rule.</summary>
    static Plan Staged(IRule rule) => Updated(rule)
        .ClipNorm(1).OnNonFinite(NonFinite.Skip).LossScale(0.5).Schedule(new Cosine(4, EtaMin: 1e-4));

    /// <summary>With what is fused into the loop.</summary>
    static Plan Updated(IRule rule) => rule.Cautious().CautiousWeightDecay(0.1).Ema(0.9);

    static IRule Made(RuleInfo info) =>
        info.Create(info.Options.Any(o => o.Required) ? new Dictionary<string, object?> { ["lr"] = 0.1 } : []);

    static string BothFaces(IRule rule) =>
        $"{InPlace(parameters => new Optimizer(parameters, rule))} {Pure(rule)} {rule}";

    static string InPlace(Func<Parameter[], Optimizer> make)
    {
        var problem = new Problem<T>();
        var optimizer = make(problem.Parameters);
        Train(optimizer, problem);
        return Digest(problem, optimizer);
    }

    static void Train(Optimizer optimizer, Problem<T> problem)
    {
        for (var step = 0; step < Steps; step++)
        {
            problem.Loss();
            optimizer.Step();
        }
    }

    static string Digest(Problem<T> problem, Optimizer optimizer)
    {
        var digest = new Digest();
        foreach (var parameter in problem.Parameters) digest.Add(parameter.Value);
        digest.Add(optimizer.StateDict().ToJson());
        return $"{digest}";
    }

    static string Groups()
    {
        var problem = new Problem<T>();
        var optimizer = optim.SGD([new(problem.Weight), new(problem.Bias) { ["lr"] = 0.02, ["momentum"] = 0.5 }], lr: 0.01, momentum: 0.9);
        Train(optimizer, problem);
        optimizer.ParamGroups[0].Lr /= 2;
        optimizer.ParamGroups[1]["weight_decay"] = 0.1;
        Train(optimizer, problem);
        return $"{Digest(problem, optimizer)} {optimizer}".ReplaceLineEndings(" ");
    }

    static string Resumed()
    {
        var problem = new Problem<T>();
        var first = optim.Adam(problem.Parameters, amsgrad: true);
        Train(first, problem);
        var second = optim.Adam(problem.Parameters);
        var report = second.LoadStateDict(StateDict.FromJson(first.StateDict().ToJson()));
        Train(second, problem);
        return $"{Digest(problem, second)} {report}".ReplaceLineEndings(" ");
    }

    /// <summary>Numbers enough to be written as bits.</summary>
    static string Streamed()
    {
        var numbers = NDArray.Of([.. Enumerable.Range(0, 2000).Select(i => T.CreateTruncating(1 / (i + 0.1)))], 2, 1000);
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>> { [0] = new Dictionary<string, object?> { ["exp_avg"] = numbers } };
        using var stream = new MemoryStream();
        new StateDict(state, [new Dictionary<string, object?> { ["params"] = new[] { 0 } }]).Save(stream);
        stream.Position = 0;
        var digest = new Digest();
        digest.Add(StateDict.Load(stream).ToJson());
        return $"{digest}";
    }

    static string Closure(IRule rule)
    {
        var problem = new Problem<T>();
        var optimizer = new Optimizer(problem.Parameters, rule);
        for (var step = 0; step < Steps; step++) optimizer.Step(problem.Loss);
        return Digest(problem, optimizer);
    }

    static Params Start()
    {
        var problem = new Problem<T>();
        return Params.Of(("weight", problem.Weight.Value), ("bias", problem.Bias.Value));
    }

    static Params Gradient(Params θ) => Params.Of([.. θ.Entries.Select(p => (p.Key, Problem<T>.Pull(p.Value).Gradient))]);

    static string Pure(IRule rule)
    {
        var θ = Start();
        var state = rule.Init(θ);
        for (var step = 0; step < Steps; step++) (θ, state) = rule.Step(θ, Gradient(θ), state);
        return Digest(θ, state);
    }

    static string Digest(Params θ, State state)
    {
        var digest = new Digest();
        foreach (var (name, value) in θ.Entries)
        {
            digest.Add(value);
            foreach (var (_, slot) in state[name].Slots) digest.Add(slot);
        }
        digest.Add($"{state}".ReplaceLineEndings(" "));
        return $"{digest}";
    }

    static string View(IRule rule)
    {
        var (θ, problem) = (Start(), new Problem<T>());
        var state = rule.Init(θ);
        for (var step = 0; step < Steps; step++) (θ, state) = rule.Step(θ, Gradient(θ), state);
        var optimizer = new Optimizer(problem.Parameters, rule);
        Train(optimizer, problem);
        var seen = optimizer.Evaluate(problem.Loss);
        return $"{Digest(rule.View(θ, state), state)} {seen:R}";
    }

    static string Sparse()
    {
        var problem = new Problem<T>();
        var optimizer = new Optimizer(problem.Parameters, new SparseAdam());
        for (var step = 0; step < Steps; step++)
        {
            problem.Loss();
            foreach (var parameter in problem.Parameters) parameter.Grad = Some(parameter.Grad!.As<T>());
            optimizer.Step();
        }
        return Digest(problem, optimizer);
    }

    /// <summary>Every third number of a gradient.</summary>
    static NDArray Some(NDArray<T> g) => g.Shape.Count == 2
        ? Of(Matrix<T>.Build.SparseOfRowMajor(g.Shape[0], g.Shape[1], g.ToArray().Select((x, i) => i % 3 == 0 ? x : T.Zero)))
        : Of(MathNet.Numerics.LinearAlgebra.Vector<T>.Build.SparseOfEnumerable(g.ToArray().Select((x, i) => i % 3 == 0 ? x : T.Zero)));

    static NDArray Of(object value) => NDArray.From(value);
}
