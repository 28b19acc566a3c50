namespace Optim.Functional.Tests.Goldens;

/// <summary>Where the library means to differ from the torch that made the goldens. docs/differences-from-torch.md gives the reasons; nothing else may differ.</summary>
static class Differences
{
    /// <summary>Defaults: the specification is torch.optim's reference page of torch 0.x, which had these. The goldens' cases leave out options
    /// at torch's default, so torch's is filled in.</summary>
    public static readonly Dictionary<(string Optimizer, string Option), (object Torch, object? Ours)> Defaults = new()
    {
        [("SGD", "lr")] = (1e-3, null),
        [("LBFGS", "tolerance_grad")] = (1e-7, 1e-5),
        [("LBFGS", "max_eval")] = (25.0, null),
    };

    /// <summary>Options of torch that are not options here, with the one value they have here.</summary>
    public static readonly Dictionary<(string Optimizer, string Option), object> Fixed = new() { [("AdamW", "decoupled_weight_decay")] = true };

    /// <summary>What torch accepts and the library refuses.</summary>
    public static readonly Dictionary<(string Optimizer, string Situation), string> Refused = new()
    {
        [("SGD", "lr_not_given")] = "SGD requires lr",
        [("SGD", "duplicate_param_in_one_group")] = "a parameter twice in one group is refused, where torch warns",
    };

    /// <summary>The options with torch's defaults in place of ours where they differ.</summary>
    public static Dictionary<string, object?> WithTorchDefaults(string optimizer, Dictionary<string, object?> options)
    {
        foreach (var ((owner, option), (torch, ours)) in Defaults)
            if (owner == optimizer && ours is not null) options.TryAdd(option, torch);
        return options;
    }
}
