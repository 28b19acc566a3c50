using System.Text.Json;
using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Orthogonal;

/// <summary>A run of someone's Muon, and how it is said here.</summary>
sealed class MuonCase(JsonElement c)
{
    static readonly Dictionary<string, Dictionary<string, object?>> defaults = new()
    {
        ["Muon(KellerJordan SingleDeviceMuon)"] = new() { ["lr"] = 0.02, ["weight_decay"] = 0.0, ["momentum"] = 0.95 },
        ["Muon(KellerJordan SingleDeviceMuonWithAuxAdam)"] = new() { ["weight_decay"] = 0.0, ["momentum"] = 0.95 },
        ["Muon(dion)"] = Dion(0.01, 0.01, nesterov: false),
        ["NorMuon(dion)"] = new(Dion(0.01, 0.01, nesterov: false)) { ["muon_beta2"] = 0.95 },
        ["Muon(dion muon_reference)"] = new(Dion(1e-3, 0.1, nesterov: true)) { ["use_polar_express"] = null, ["ns_steps"] = 5.0 },
        ["Muon(Emerging-Optimizers)"] = Nvidia(),
        ["MuonHyperball(Emerging-Optimizers)"] = new(Nvidia()) { ["hyperball_eps"] = 1e-15 },
        ["AdaptiveMuon(Emerging-Optimizers)"] = new(Nvidia()) { ["beta2"] = 0.95, ["eps"] = 1e-8 },
    };

    static Dictionary<string, object?> Dion(double lr, double decay, bool nesterov) => new()
    {
        ["lr"] = lr,
        ["mu"] = 0.95,
        ["weight_decay"] = decay,
        ["cautious_wd"] = false,
        ["epsilon"] = 1e-8,
        ["nesterov"] = nesterov,
        ["adjust_lr"] = "spectral_norm",
        ["flatten"] = false,
        ["use_polar_express"] = true,
        ["ns_steps"] = 5.0,
        ["betas"] = new object?[] { 0.95, 0.95 },
    };

    static Dictionary<string, object?> Nvidia() => new()
    {
        ["lr"] = 3e-4,
        ["momentum"] = 0.95,
        ["weight_decay"] = 0.01,
        ["nesterov"] = false,
        ["weight_decay_method"] = "decoupled",
        ["coefficient_type"] = "quintic",
        ["num_ns_steps"] = 5.0,
        ["scale_mode"] = "spectral",
        ["extra_scale_factor"] = 1.0,
    };

    string Optimizer => c.GetProperty("optimizer").GetString()!;

    public int[][] Shapes { get; } = [.. c.GetProperty("params").EnumerateArray().Select(p => p.GetProperty("shape").Integers())];

    public double[] Start(int i) => c.GetProperty("params")[i].GetProperty("values").Doubles();

    public int Steps => c.GetProperty("grads").GetArrayLength();

    /// <summary>A gradient, or null. Jordan's code takes a missing one for zeros, which is said by handing those over.</summary>
    public double[]? Gradient(int t, int i) =>
        c.GetProperty("grads")[t - 1][i] is { ValueKind: JsonValueKind.Array } g ? g.Doubles()
        : Optimizer.Contains("KellerJordan") ? new double[Start(i).Length]
        : null;

    /// <summary>What is recorded after some of the steps: in float64 throughout, or as published.</summary>
    public IEnumerable<(int Step, double[] Values)> Trajectory(string key, int i) => c.GetProperty(key).EnumerateArray()
        .Select(s => (s.Whole("step"), s.GetProperty("params")[i].Doubles()));

    public IEnumerable<(int Step, JsonElement State)> States(int i) => c.GetProperty("float64_ns_states").EnumerateArray()
        .Select(s => (s.Whole("step"), s.GetProperty("state")[i]));

    /// <summary>How far the published run of a parameter, in bfloat16 or float32, is from the one in float64.</summary>
    public double Apart(int i) => c.GetProperty("float64_ns_max_rel")[i].Number();

    Dictionary<string, object?> Options(int i)
    {
        var all = new Dictionary<string, object?>(defaults[Optimizer]);
        foreach (var (key, value) in c.GetProperty("options").Options()) all[key] = value;
        if (c.GetProperty("groups").ValueKind == JsonValueKind.Array)
            foreach (var group in c.GetProperty("groups").EnumerateArray())
                if (group.GetProperty("params").Integers().Contains(i))
                    foreach (var (key, value) in group.GetProperty("options").Options()) all[key] = value;
        return all;
    }

    /// <summary>The plan of a parameter.</summary>
    public Plan PlanOf(int i)
    {
        var o = Options(i);
        return Plan.Of(Optimizer switch
        {
            var name when name.Contains("KellerJordan") => Jordan(o),
            var name when name.Contains("dion") => Dion(o),
            _ => Nvidia(o),
        });
    }

    static IRule Jordan(Dictionary<string, object?> o) => o.GetValueOrDefault("use_muon") is false ? Adam(o, 3e-4, (0.9, 0.95), 1e-10, 0)
        : new Muon(Number(o, "lr", 0.02), Number(o, "weight_decay"), Number(o, "momentum"), Nesterov: true, Eps: 1e-7,
            AdjustLrFn: "keller_jordan", Coefficients: "keller_jordan", Matrices: "convolutions");

    static AdamW Adam(Dictionary<string, object?> o, double lr, (double, double) betas, double eps, double decay)
    {
        var (β1, β2) = o.GetValueOrDefault("betas") is object?[] b ? ((double)b[0]!, (double)b[1]!) : betas;
        return new(Number(o, "lr", lr), β1, β2, Number(o, "eps", Number(o, "epsilon", eps)), Number(o, "weight_decay", decay));
    }

    static IRule Dion(Dictionary<string, object?> o)
    {
        if (o.GetValueOrDefault("algorithm") is "adamw")
            return new UncorrectedEpsAdamW(Number(o, "lr"), Beta(o, 0), Beta(o, 1), Number(o, "epsilon"), Number(o, "weight_decay"));
        if (o.GetValueOrDefault("algorithm") is "lion")
            return new Lion(Number(o, "lr"), Beta(o, 0), Beta(o, 1), Number(o, "weight_decay"));
        var (lr, λ, μ, isCautious) = (Number(o, "lr"), Number(o, "weight_decay"), Number(o, "mu"), o["cautious_wd"] is true);
        var coefficients = o["use_polar_express"] switch { true => "polar_express", false => "dion_ns", _ => "keller_jordan" };
        var adjust = o["adjust_lr"] switch { "spectral_norm" => "spectral_unclamped", "rms_norm" => "match_rms_adamw", _ => "none" };
        var (flat, sizes, nesterov) = (o["flatten"] is true ? "flatten" : "batch", Sizes(o), o["nesterov"] is true);
        // The momentum is a sum there, 1/(1 - μ) times the mean, and so is what ε goes beside.
        IRule rule = o.ContainsKey("muon_beta2")
            ? new NorMuon(lr, isCautious ? 0 : λ, μ, Number(o, "muon_beta2"), nesterov, Number(o, "epsilon") * (1 - μ), AdjustLrFn: adjust,
                Coefficients: coefficients, Matrices: flat, SplitSizes: sizes)
            : new Muon(lr, isCautious ? 0 : λ, μ, nesterov, Eps: Number(o, "epsilon") * (1 - μ), NsSteps: (int)Number(o, "ns_steps"),
                AdjustLrFn: adjust, Coefficients: coefficients, Matrices: flat, SplitSizes: sizes);
        return isCautious ? rule.CautiousWeightDecay(λ) : rule;
    }

    static BlockSizes? Sizes(Dictionary<string, object?> o) => o.GetValueOrDefault("split_sizes") is object?[] sizes
        ? BlockSizes.Of([.. sizes.Select(s => (int)(double)s!)]) : null;

    static IRule Nvidia(Dictionary<string, object?> o)
    {
        var (s, method) = (Number(o, "extra_scale_factor"), (string)o["weight_decay_method"]!);
        var λ = Number(o, "weight_decay") / (method == "decoupled" ? s : method == "palm" ? s * s : 1);
        var adjust = o["scale_mode"] switch { "shape_scaling" => "original", "unit_rms_norm" => "spectral_unclamped", _ => "spectral" };
        var (lr, μ, nesterov, steps) = (Number(o, "lr") * s, Number(o, "momentum"), o["nesterov"] is true, (int)Number(o, "num_ns_steps"));
        var coefficients = "nv_" + o["coefficient_type"];
        IRule rule = o.GetValueOrDefault("moment2_method") switch
        {
            "adamuon" => new AdaMuon(lr, λ, μ, Number(o, "beta2"), nesterov, Number(o, "eps"), NsEps: 1e-15, steps, adjust, coefficients),
            "namo" => new NAMO(lr, λ, μ, Number(o, "beta2"), nesterov, Number(o, "eps"), NsEps: 1e-15, steps, adjust, coefficients),
            _ => new Muon(lr, λ, μ, nesterov, Eps: 1e-15, NsSteps: steps, AdjustLrFn: adjust, Coefficients: coefficients,
                WeightDecayMethod: method),
        };
        return o.ContainsKey("hyperball_radius") ? rule.Hyperball(Number(o, "hyperball_radius")) : rule;
    }

    static double Number(Dictionary<string, object?> o, string key, double otherwise = double.NaN) =>
        o.GetValueOrDefault(key) is double x ? x : otherwise;

    static double Beta(Dictionary<string, object?> o, int i) => (double)((object?[])o["betas"]!)[i]!;

    /// <summary>A recorded state in this library's key and unit.</summary>
    public (string Key, double Factor) StateOf(string key, int i) => key switch
    {
        "momentum" => ("momentum_buffer", 1 - Number(Options(i), "mu")),
        "momentum_buffer" when Optimizer.Contains("dion") && Options(i).GetValueOrDefault("algorithm") is null =>
            ("momentum_buffer", 1 - Number(Options(i), "mu")),
        "momentum_buffer" when Options(i).GetValueOrDefault("algorithm") is "lion" => ("exp_avg", 1),
        "moment1" or "momentum_lion" => ("exp_avg", 1),
        "moment2" => ("exp_avg_sq", 1),
        _ => (key, 1),
    };
}
