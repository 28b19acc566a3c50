using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>What a line of a golden file asks to be done; told from its properties, not from its file's name.</summary>
public enum Kind { Unknown, Roots, Replay, Lbfgs, ConstantClosure, Validation, Defaults, Scheduler, Clipping, Averaging }

/// <summary>One line of a golden file: torch's own numbers, or an author's, for one optimizer and one set of options.</summary>
public sealed record Golden(string File, string Name, JsonElement Json)
{
    public string At => $"{File}/{Name}";
    public string Optimizer => Json.GetProperty("optimizer").GetString()!;
    public string TorchVersion => Json.GetProperty("torch_version").GetString()!;
    public bool Single => Json.GetProperty("dtype").GetString() == "float32";
    public bool HasGroups => Has("groups");
    public bool HasEvents => Has("events");
    public bool HasProblem => Has("problem");

    /// <summary>torch keeps the scalars step, eta and mu in its default dtype, whatever the parameters' is.</summary>
    public bool SingleScalars => Json.GetProperty("default_dtype").GetString() == "float32";

    public int[][] Shapes => field ??= [.. Json.GetProperty("params").EnumerateArray().Select(p => p.GetProperty("shape").Integers())];
    public double[][] Start => field ??= [.. Json.GetProperty("params").EnumerateArray().Select(p => p.GetProperty("values").Doubles())];

    /// <summary>Whether it is of a rule that torch does not have, recorded from its authors' code.</summary>
    public bool IsBeyond => Has("own_replay_max_rel") || IsPreconditioned;

    /// <summary>Whether it is of a rule with factors, recorded a second time in float64 throughout.</summary>
    public bool IsPreconditioned => Has("float64_vs_published_max_rel");

    /// <summary>The library's rule, or null where there is none.</summary>
    public RuleInfo? Found => IsBeyond ? Beyond.Find(Optimizer) : Registry.All.FirstOrDefault(r => r.Name == Optimizer);
    public RuleInfo Rule => Found ?? Registry.Find(Optimizer);

    /// <summary>The rule with the case's options, and the stages that its authors' code has around it; groups may have others.</summary>
    public Plan CreatePlan() => Plan.Of(IsBeyond ? Beyond.Create(this)
        : Rule.Create(Differences.WithTorchDefaults(Optimizer, Json.GetProperty("options").Options())));

    /// <summary>Each group's parameters, and the options in which it differs.</summary>
    public (int[] Params, Dictionary<string, object?> Options)[] Groups => !HasGroups ? [([.. Enumerable.Range(0, Shapes.Length)], [])]
        : [.. Json.GetProperty("groups").EnumerateArray().Select(Group)];

    static (int[], Dictionary<string, object?>) Group(JsonElement group) =>
        (group.GetProperty("params").Integers(), group.GetProperty("options").Options());

    /// <summary>What is changed before step t: the group, the option, the value.</summary>
    public IEnumerable<(int Group, string Option, object? Value)> EventsBefore(int t) => !HasEvents ? []
        : from e in Json.GetProperty("events").EnumerateArray()
          where e.Whole("before_step") == t
          from option in e.GetProperty("set").Options()
          select (e.Whole("group"), option.Key, option.Value);

    /// <summary>The recorded steps, in order.</summary>
    public IEnumerable<JsonElement> Trajectory => Json.GetProperty("trajectory").EnumerateArray();

    /// <summary>The recorded steps' parameters, by step.</summary>
    public Dictionary<int, JsonElement> Recorded => Trajectory.ToDictionary(s => s.Whole("step"), s => s.GetProperty("params"));

    /// <summary>How far torch's own path moves, relatively, up to step t when its start is changed by 1e-14:
    /// the largest value recorded up to the first recorded step not before t.</summary>
    public double Sensitivity(int t)
    {
        if (!Has("perturbation_1e-14")) return 0;
        var (most, before) = (0.0, 0);
        foreach (var s in Json.GetProperty("perturbation_1e-14").EnumerateArray())
        {
            if (before < t) most = Math.Max(most, s.GetProperty("max_rel").Number());
            before = s.Whole("step");
        }
        return most;
    }

    public bool Has(string property) => Json.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null;

    public Kind Kind =>
        Json.ValueKind == JsonValueKind.Object && RootTests.Known(this) ? Kind.Roots
        : Json.ValueKind != JsonValueKind.Object || !Has("torch_version") ? Kind.Unknown
        : Has("fn") ? Kind.Clipping
        : Has("updates") ? Kind.Averaging
        : !Has("optimizer") ? Kind.Unknown
        : Has("scheduler") ? Kind.Scheduler
        : Has("defaults") && !Has("trajectory") ? Kind.Defaults
        : Has("evals") ? Kind.Lbfgs
        : Has("closure") ? Kind.ConstantClosure
        : Has("grads") && Has("trajectory") ? Kind.Replay
        : Has("options") && Json.TryGetProperty("error", out _) && !Has("trajectory") ? Kind.Validation
        : Kind.Unknown;

    /// <summary>Why the case cannot hold here, or null. Such cases are counted and printed, not run.</summary>
    public string? LeftOut =>
        Kind is Kind.Roots ? null
        : IsBeyond ? Differences.Stands(this)
        : TorchVersion.StartsWith("1.", StringComparison.Ordinal) ? $"torch {TorchVersion.Split('+')[0]}: the old semantics"
        : Kind is Kind.Validation or Kind.Defaults && !Registry.All.Any(r => r.Name == Optimizer) ? $"{Optimizer} is not here"
        : Kind is Kind.Scheduler ? Differences.OfScheduler(this)
        : Kind is Kind.Clipping ? Differences.OfClipping(this)
        : Kind is Kind.Replay && Differences.Keeps(this) is { } better ? better
        : Kind is Kind.Validation && Has("situation") ? Situations.Impossible(Json.GetProperty("situation").GetString()!)
        : null;

    /// <summary>What xunit shows.</summary>
    public override string ToString() => At;
}
