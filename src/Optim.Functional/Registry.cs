namespace Optim.Functional;

/// <summary>The optimizers, those of torch.optim's reference page and others, one line each.</summary>
public static class Registry
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        RuleInfo.Of(typeof(Adadelta)),
        RuleInfo.Of(typeof(Adafactor)),
        RuleInfo.Of(typeof(Adagrad)),
        RuleInfo.Of(typeof(Adam)),
        RuleInfo.Of(typeof(AdamW)),
        RuleInfo.Of(typeof(Adamax)),
        RuleInfo.Of(typeof(ASGD)),
        RuleInfo.Of(typeof(LBFGS)),
        RuleInfo.Of(typeof(LAMB)),
        RuleInfo.Of(typeof(Lion)),
        RuleInfo.Of(typeof(Muon)),
        RuleInfo.Of(typeof(NAdam)),
        RuleInfo.Of(typeof(Prodigy)),
        RuleInfo.Of(typeof(RAdam)),
        RuleInfo.Of(typeof(RMSprop)),
        RuleInfo.Of(typeof(Rprop)),
        RuleInfo.Of(typeof(ScheduleFreeAdamW)),
        RuleInfo.Of(typeof(SGD)),
        RuleInfo.Of(typeof(Shampoo)),
        RuleInfo.Of(typeof(SOAP)),
        RuleInfo.Of(typeof(SparseAdam)),
    ];

    /// <summary>The optimizer of that name, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RuleInfo Find(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Fault.UnknownRule(name, All.Select(r => r.Name));
}
