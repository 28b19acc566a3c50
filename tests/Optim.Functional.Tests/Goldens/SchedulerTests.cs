using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>torch's schedulers: the learning rates, and the momenta, after each step.</summary>
public class SchedulerTests
{
    const double Most = 1e-12;

    static readonly Dictionary<string, (string[] Options, Func<Optimizer, JsonElement, long, LRScheduler> Make)> all = new()
    {
        ["LambdaLR"] = (["lr_lambda"], (o, x, last) => new LambdaLR(o, last, Functions(x))),
        ["MultiplicativeLR"] = (["lr_lambda"], (o, x, last) => new MultiplicativeLR(o, last, Functions(x))),
        ["StepLR"] = (["step_size", "gamma"], (o, x, last) => new StepLR(o, x.Whole("step_size"), Number(x, "gamma", 0.1), last)),
        ["MultiStepLR"] = (["milestones", "gamma"], (o, x, last) =>
            new MultiStepLR(o, x.GetProperty("milestones").Integers().Select(m => (long)m), Number(x, "gamma", 0.1), last)),
        ["ConstantLR"] = (["factor", "total_iters"], (o, x, last) => new ConstantLR(o, Number(x, "factor", 1.0 / 3), Whole(x, "total_iters", 5), last)),
        ["LinearLR"] = (["start_factor", "end_factor", "total_iters"], (o, x, last) =>
            new LinearLR(o, Number(x, "start_factor", 1.0 / 3), Number(x, "end_factor", 1), Whole(x, "total_iters", 5), last)),
        ["ExponentialLR"] = (["gamma"], (o, x, last) => new ExponentialLR(o, Number(x, "gamma", double.NaN), last)),
        ["PolynomialLR"] = (["total_iters", "power"], (o, x, last) => new PolynomialLR(o, Whole(x, "total_iters", 5), Number(x, "power", 1), last)),
        ["CosineAnnealingLR"] = (["T_max", "eta_min"], (o, x, last) => new CosineAnnealingLR(o, x.Whole("T_max"), Number(x, "eta_min", 0), last)),
        ["CosineAnnealingWarmRestarts"] = (["T_0", "T_mult", "eta_min"], (o, x, last) =>
            new CosineAnnealingWarmRestarts(o, x.Whole("T_0"), (int)Whole(x, "T_mult", 1), Number(x, "eta_min", 0), last)),
        ["CyclicLR"] = (["base_lr", "max_lr", "step_size_up", "step_size_down", "mode", "gamma", "cycle_momentum", "base_momentum", "max_momentum"], Cyclic),
        ["OneCycleLR"] =
        (
            [
                "max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start", "anneal_strategy", "cycle_momentum", "base_momentum",
                "max_momentum", "div_factor", "final_div_factor", "three_phase",
            ],
            OneCycle),
        ["ReduceLROnPlateau"] = (["mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps"], Plateau),
        ["SWALR"] = (["swa_lr", "anneal_epochs", "anneal_strategy"], (o, x, last) =>
            new SWALR(o, Each(x, "swa_lr"), Whole(x, "anneal_epochs", 10), Text(x, "anneal_strategy", "cos"), last)),
        ["SequentialLR"] = (["milestones"], (_, _, _) => throw new InvalidOperationException("It is made of its children.")),
        ["ChainedScheduler"] = ([], (_, _, _) => throw new InvalidOperationException("It is made of its children.")),
    };

    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Scheduler);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_gives_the_rates_that_torch_gives(string at) => Tally.Run(at, c =>
    {
        var optimizer = Made(c);
        var scheduler = Of(c, optimizer, c.Json);
        var lrs = c.Json.GetProperty("lrs");
        for (var e = 0; e < lrs.GetArrayLength(); e++)
        {
            if (e > 0) Step(c, scheduler, e - 1);
            var got = optimizer.ParamGroups.Select(g => g.Lr).ToArray();
            Check($"{c.At}, lr after {e}", got, lrs[e].Doubles());
            Assert.Equal(got, scheduler.GetLastLr());
            if (c.Has("momenta")) Check($"{c.At}, momentum after {e}", [.. optimizer.ParamGroups.SelectMany(Momenta)], Flat(c.Json.GetProperty("momenta")[e]));
        }
    });

    /// <summary>A run that is saved in the middle, as JSON, goes on the same in another optimizer.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_saved_scheduler_goes_on_where_it_was(string at)
    {
        if (at == GoldenFolder.None) return;
        var c = GoldenFolder.Find(at);
        var (first, other, lrs) = (Made(c), Made(c), c.Json.GetProperty("lrs"));
        var scheduler = Of(c, first, c.Json);
        var middle = lrs.GetArrayLength() / 2;
        for (var e = 1; e <= middle; e++) Step(c, scheduler, e - 1);
        var saved = JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonSerializer.Serialize(scheduler.StateDict()))!;
        Assert.DoesNotContain("optimizer", saved.Keys);
        var resumed = Of(c, other, c.Json);
        other.LoadStateDict(Functional.StateDict.FromJson(first.StateDict().ToJson()));
        resumed.LoadStateDict(saved);
        Assert.Equal(scheduler.GetLastLr(), resumed.GetLastLr());
        for (var e = middle + 1; e < lrs.GetArrayLength(); e++)
        {
            Step(c, scheduler, e - 1);
            Step(c, resumed, e - 1);
            Assert.Equal(first.ParamGroups.Select(g => g.Lr), other.ParamGroups.Select(g => g.Lr));
            Assert.Equal(first.ParamGroups.SelectMany(Momenta), other.ParamGroups.SelectMany(Momenta));
        }
    }

    internal static string? Unknown(Golden c)
    {
        foreach (var s in c.Has("children") ? c.Json.GetProperty("children").EnumerateArray().Append(c.Json) : [c.Json])
        {
            if (!all.TryGetValue(s.GetProperty("scheduler").GetString()!, out var known)) return $"no test makes the scheduler {s.GetProperty("scheduler")}.";
            foreach (var option in s.GetProperty("options").EnumerateObject())
                if (!known.Options.Contains(option.Name)) return $"no test sets the option '{option.Name}' of {s.GetProperty("scheduler")}.";
        }
        return null;
    }

    static Optimizer Made(Golden c)
    {
        var options = c.Json.GetProperty("optimizer_options").Options();
        var groups = c.Json.GetProperty("base_lrs").Doubles().Select(lr =>
        {
            var group = new ParamGroup([new Parameter(new double[1])]) { ["lr"] = lr };
            foreach (var (name, value) in options) group[name] = value;
            return group;
        }).ToArray();
        var optimizer = new Optimizer(groups, c.Rule.Create(new Dictionary<string, object?> { ["lr"] = 0.1 }));
        if (c.Has("initial_lrs"))
            foreach (var (group, lr) in optimizer.ParamGroups.Zip(PerGroup(c)))
                group.Extras = new Dictionary<string, object?> { ["initial_lr"] = lr };
        return optimizer;
    }

    static IEnumerable<double> PerGroup(Golden c) => c.Json.GetProperty("initial_lrs").Doubles();

    static LRScheduler Of(Golden c, Optimizer optimizer, JsonElement s)
    {
        var last = c.Has("last_epoch") ? c.Json.GetProperty("last_epoch").GetInt64() : -1;
        LRScheduler[] Children() => [.. s.GetProperty("children").EnumerateArray().Select(child => Of(c, optimizer, child))];
        return s.GetProperty("scheduler").GetString() switch
        {
            "SequentialLR" => new SequentialLR(optimizer, Children(), s.GetProperty("options").GetProperty("milestones").Integers().Select(m => (long)m)),
            "ChainedScheduler" => new ChainedScheduler(Children()),
            var name => all[name!].Make(optimizer, s.GetProperty("options"), last),
        };
    }

    static void Step(Golden c, LRScheduler scheduler, int number)
    {
        if (scheduler is ReduceLROnPlateau plateau) plateau.Step(c.Json.GetProperty("metrics")[number].Number());
        else if (c.Has("step_args")) ((CosineAnnealingWarmRestarts)scheduler).Step(c.Json.GetProperty("step_args")[number].GetDouble());
        else scheduler.Step();
    }

    static LRScheduler Cyclic(Optimizer o, JsonElement x, long last) => new CyclicLR(
        o, Each(x, "base_lr"), Each(x, "max_lr"), Whole(x, "step_size_up", 2000), x.TryGetProperty("step_size_down", out var down) ? down.GetInt64() : null,
        Enum.Parse<CyclicMode>(Text(x, "mode", "triangular").Replace("_", ""), ignoreCase: true), Number(x, "gamma", 1), Is(x, "cycle_momentum", true),
        Number(x, "base_momentum", 0.8), Number(x, "max_momentum", 0.9), last);

    static LRScheduler OneCycle(Optimizer o, JsonElement x, long last) => new OneCycleLR(
        o, Each(x, "max_lr"), Maybe(x, "total_steps"), Maybe(x, "epochs"), Maybe(x, "steps_per_epoch"), Number(x, "pct_start", 0.3),
        Text(x, "anneal_strategy", "cos"), Is(x, "cycle_momentum", true), Number(x, "base_momentum", 0.85), Number(x, "max_momentum", 0.95),
        Number(x, "div_factor", 25), Number(x, "final_div_factor", 1e4), Is(x, "three_phase", false), last);

    static LRScheduler Plateau(Optimizer o, JsonElement x, long last) => new ReduceLROnPlateau(
        o, Text(x, "mode", "min"), Number(x, "factor", 0.1), Whole(x, "patience", 10), Number(x, "threshold", 1e-4),
        Text(x, "threshold_mode", "rel"), Whole(x, "cooldown", 0), x.TryGetProperty("min_lr", out _) ? Each(x, "min_lr") : 0, Number(x, "eps", 1e-8));

    static Func<long, double>[] Functions(JsonElement x) => x.GetProperty("lr_lambda") is { ValueKind: JsonValueKind.Array } each
        ? [.. each.EnumerateArray().Select(Function)] : [Function(x.GetProperty("lr_lambda"))];

    static Func<long, double> Function(JsonElement f)
    {
        double N(string key) => f.GetProperty(key).GetDouble();
        return f.GetProperty("kind").GetString() switch
        {
            "pow" => e => Math.Pow(N("base"), e),
            "inv" => e => 1 / (1 + N("k") * e),
            "staircase" => e => Math.Pow(N("factor"), e / (long)N("every")),
            "const" => _ => N("value"),
            var other => throw new InvalidOperationException($"no test knows the function {other}"),
        };
    }

    static double Number(JsonElement x, string name, double otherwise) => x.TryGetProperty(name, out var value) ? value.Number() : otherwise;
    static long Whole(JsonElement x, string name, long otherwise) => x.TryGetProperty(name, out var value) ? value.GetInt64() : otherwise;
    static long? Maybe(JsonElement x, string name) => x.TryGetProperty(name, out var value) ? value.GetInt64() : null;
    static bool Is(JsonElement x, string name, bool otherwise) => x.TryGetProperty(name, out var value) ? value.GetBoolean() : otherwise;
    static string Text(JsonElement x, string name, string otherwise) => x.TryGetProperty(name, out var value) ? value.GetString()! : otherwise;
    static PerGroup Each(JsonElement x, string name) =>
        x.GetProperty(name) is { ValueKind: JsonValueKind.Array } each ? each.Doubles() : x.GetProperty(name).GetDouble();

    static IEnumerable<double> Momenta(ParamGroup group) => group.Options.TryGetValue("betas", out var betas) ? (double[])betas! : [(double)group["momentum"]!];

    static double[] Flat(JsonElement x) =>
        x.ValueKind == JsonValueKind.Array ? [.. x.EnumerateArray().SelectMany(Flat)] : [x.GetDouble()];

    static void Check(string what, double[] got, double[] want)
    {
        Assert.Equal(want.Length, got.Length);
        for (var g = 0; g < got.Length; g++)
            Assert.True(Math.Abs(got[g] - want[g]) <= Most * Math.Abs(want[g]) + 1e-17, $"{what} of group {g}: got {got[g]:R}, wanted {want[g]:R}");
    }
}
