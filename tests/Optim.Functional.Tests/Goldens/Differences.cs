namespace Optim.Functional.Tests.Goldens;

/// <summary>Where the library means to differ from the torch that made the goldens. docs/differences-from-torch.md gives the reasons;
/// nothing else may differ.</summary>
static class Differences
{
    /// <summary>Defaults: the specification is torch.optim's reference page of torch 0.x, which had these.
    /// The goldens' cases leave out options at torch's default, so torch's is filled in.</summary>
    public static readonly Dictionary<(string Optimizer, string Option), (object Torch, object? Ours)> Defaults = new()
    {
        [("SGD", "lr")] = (1e-3, null),
        [("LBFGS", "tolerance_grad")] = (1e-7, 1e-5),
        [("LBFGS", "max_eval")] = (25.0, null),
    };

    /// <summary>torch's max_eval is exceeded by one with a line search. Here it is not: with one more there are as many evaluations. A
    /// torch that gives none derives 5/4 max_iter, of the constructor's max_iter.</summary>
    static void AddEvaluation(Dictionary<string, object?> options)
    {
        if (options.GetValueOrDefault("line_search_fn") is not null)
            options["max_eval"] = 1 + (options.GetValueOrDefault("max_eval") is double most ? most
                : Math.Floor((options.GetValueOrDefault("max_iter") is double iterations ? iterations : 20) * 5 / 4));
    }

    /// <summary>Options of torch that are not options here, with the one value they have here.</summary>
    public static readonly Dictionary<(string Optimizer, string Option), object> Fixed = new()
    {
        [("AdamW", "decoupled_weight_decay")] = true,
    };

    /// <summary>What torch takes from the optimizer's constructor even where a group says otherwise; so does the torch-style face. A part
    /// of a pure plan is a rule of its own, with an option of its own.</summary>
    public static readonly (string Optimizer, string Option)[] OfConstructor = [("Adagrad", "initial_accumulator_value")];

    /// <summary>What torch accepts and the library refuses.</summary>
    public static readonly Dictionary<(string Optimizer, string Situation), string> Refused = new()
    {
        [("SGD", "lr_not_given")] = "SGD requires lr",
        [("SGD", "duplicate_param_in_one_group")] = "a parameter twice in one group is refused, where torch warns",
    };

    /// <summary>Options here that torch does not have, at a default that is torch's behaviour.</summary>
    public static readonly Dictionary<(string Optimizer, string Option), object?> Added = new()
    {
        [("Muon", "maximize")] = false,
        [("Muon", "coefficients")] = null,
        [("Muon", "weight_decay_method")] = null,
        [("Muon", "matrices")] = null,
        [("Muon", "split_sizes")] = null,
        [("LBFGS", "relative")] = false,
    };

    /// <summary>What an author's code does and the library does not: cases with it are left out.</summary>
    public static readonly (string Optimizer, Func<Golden, bool> Where, string Reason)[] Beyond =
    [
        ("Prodigy", c => Given(c, "slice_p") is double and not 1, "slice_p, a part of the elements to estimate d from, is not an option"),
        ("Prodigy", c => c.Groups.Any(g => g.Options.GetValueOrDefault("lr") is 0.0) && Rates(c).Any(lr => lr > 0),
            "a group whose lr is 0 stays put, where the authors' code still shrinks it"),
        ("Shampoo", c => ShampooOptions.In(c, "iterate_averaging_config") is not null,
            "iterate_averaging_config, an average of iterates around the step, is not an option"),
        ("Shampoo", c => ShampooOptions.In(c, "preconditioner_config") is "spectral_descent",
            "spectral_descent is Muon's step, which is a rule of its own"),
        ("Shampoo", c => ShampooOptions.In(c, "preconditioner_config", "use_trace_scaling") is "True",
            "use_trace_scaling, factors divided by their trace, is not an option"),
        ("Shampoo", c => ShampooOptions.In(c, "preconditioner_config", "drop_weighting_factor_on_gsquare") is "True",
            "drop_weighting_factor_on_gsquare, a decayed sum in place of a mean, is not an option"),
        ("Shampoo", c => ShampooOptions.Computation(c) is "qr",
            "qr, roots from the last basis in place of eigenvectors, is not an option; SOAP has it"),
        ("SOAP", c => Given(c, "data_format") is "channels_last",
            "data_format, another order of dimensions before they are merged, is not an option"),
    ];

    /// <summary>Why a case beyond torch is left out, or null.</summary>
    public static string? Stands(Golden c) =>
        Beyond.Where(b => b.Optimizer == c.Found?.Name && b.Where(c)).Select(b => $"{b.Optimizer}: {b.Reason}").FirstOrDefault();

    /// <summary>Where torch loses numbers and the library does not: cases that meet it are left out.</summary>
    public static readonly (string Optimizer, Func<Golden, bool> Where, string Reason)[] Better =
    [
        ("all rules", c => Given(c, "eps") is 0.0 && c.Json.GetRawText().Contains("\"NaN\"", StringComparison.Ordinal),
            "an eps of 0 gives 0 where the state and the gradient are 0, and not NaN"),
        ("Rprop", c => c.Optimizer == "Rprop" && HasUnderflow(c), "the signs of gradients are compared, and not the sign of their product, which underflows"),
    ];

    /// <summary>What the library keeps and torch loses in a case, or null.</summary>
    public static string? Keeps(Golden c) => Better.Where(b => b.Where(c)).Select(b => $"{b.Optimizer}: {b.Reason}").FirstOrDefault();

    /// <summary>Why a case of a scheduler is left out, or null.</summary>
    public static string? OfScheduler(Golden c) =>
        c.Has("initial_lrs") && c.Json.GetProperty("scheduler").GetString() != "LambdaLR"
            ? "schedulers: a rate follows from initial_lr and the epoch, where torch goes on from whatever the rate was"
        : c.Has("children") && c.Json.GetProperty("scheduler").GetString() == "ChainedScheduler"
            && c.Json.GetProperty("children").EnumerateArray().Any(s => s.GetProperty("scheduler").GetString() == "CosineAnnealingLR")
            ? "schedulers: a cosine that climbs again keeps what others have made of the rate, where torch's adds to it"
        : null;

    /// <summary>Why a case of clipping is left out, or null.</summary>
    public static string? OfClipping(Golden c) =>
        c.Single && c.Has("total_norm") && c.Json.GetProperty("total_norm").ValueKind == System.Text.Json.JsonValueKind.String
            ? "clipping: the norm of finite floats is finite, where torch's overflows and makes all gradients 0" : null;

    /// <summary>Whether the product of an element's gradients of two steps, one after another, is 0 and neither of them is.</summary>
    static bool HasUnderflow(Golden c)
    {
        var last = new Dictionary<int, double[]>();
        foreach (var step in c.Json.TryGetProperty("grads", out var all) ? all.EnumerateArray() : default)
            foreach (var (i, g) in step.EnumerateArray().Index())
            {
                if (g.ValueKind != System.Text.Json.JsonValueKind.Array) continue;
                var now = g.Doubles();
                if (last.TryGetValue(i, out var before) && before.Zip(now).Any(p => p.First != 0 && p.Second != 0 && IsZero(p.First * p.Second))) return true;
                last[i] = now;
            }
        return false;

        bool IsZero(double product) => product == 0 || (c.Single && (float)product == 0);
    }

    static object? Given(Golden c, string option) => c.Json.GetProperty("options").Options().GetValueOrDefault(option);

    static IEnumerable<double> Rates(Golden c) =>
        c.Groups.Select(g => g.Options.GetValueOrDefault("lr") ?? Given(c, "lr") ?? 1.0).OfType<double>();

    /// <summary>What MARS's authors keep until the next step, where it becomes last_grad.</summary>
    public static bool IsKept(string key) => key != "previous_grad";

    /// <summary>Prodigy's authors keep one 0 for the start of a parameter that is all zeros; here it is kept whole.</summary>
    public static bool IsOneZero(Golden c, string what, double[] want) =>
        c.Optimizer == "Prodigy" && what.StartsWith("p0 ", StringComparison.Ordinal) && want is [0];

    /// <summary>The options with torch's defaults in place of ours where they differ.</summary>
    public static Dictionary<string, object?> WithTorchDefaults(string optimizer, Dictionary<string, object?> options)
    {
        foreach (var ((owner, option), (torch, ours)) in Defaults)
            if (owner == optimizer && ours is not null) options.TryAdd(option, torch);
        if (optimizer == "LBFGS") AddEvaluation(options);
        return options;
    }
}
