namespace Optim.Functional;

/// <summary>Optimizers that have an idea in common.</summary>
/// <param name="Name">In a word or two.</param>
/// <param name="Idea">What they have in common, in a sentence.</param>
/// <param name="Rules">The optimizers.</param>
public sealed record RuleFamily(string Name, string Idea, IReadOnlyList<RuleInfo> Rules)
{
    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}

/// <summary>The optimizers, those of torch.optim's reference page and others, one line each.</summary>
public static class Registry
{
    /// <summary>All of them by what they have in common.</summary>
    public static IReadOnlyList<RuleFamily> Families { get; } =
    [
        new("momentum", "The gradient, averaged over steps: one rate for all elements.",
        [
            RuleInfo.Of(typeof(SGD)),
            RuleInfo.Of(typeof(ASGD)),
        ]),
        new("adaptive", "Each element has a rate of its own, by the size of its gradients.",
        [
            RuleInfo.Of(typeof(Adagrad)),
            RuleInfo.Of(typeof(Adadelta)),
            RuleInfo.Of(typeof(RMSprop)),
            RuleInfo.Of(typeof(Adam)),
            RuleInfo.Of(typeof(AdamW)),
            RuleInfo.Of(typeof(Adamax)),
            RuleInfo.Of(typeof(NAdam)),
            RuleInfo.Of(typeof(NAdamW)),
            RuleInfo.Of(typeof(RAdam)),
            RuleInfo.Of(typeof(AdaBelief)),
            RuleInfo.Of(typeof(AdEMAMix)),
            RuleInfo.Of(typeof(Adan)),
            RuleInfo.Of(typeof(ADOPT)),
            RuleInfo.Of(typeof(MARS)),
            RuleInfo.Of(typeof(SparseAdam)),
            RuleInfo.Of(typeof(Adafactor)),
        ]),
        new("signs", "Steps of a size that does not depend on that of the gradients.",
        [
            RuleInfo.Of(typeof(Rprop)),
            RuleInfo.Of(typeof(Lion)),
        ]),
        new("large batches", "The step of a tensor is as long as the tensor is large.",
        [
            RuleInfo.Of(typeof(LAMB)),
            RuleInfo.Of(typeof(LARS)),
        ]),
        new("no schedule", "What others do with the learning rate over time, these do themselves.",
        [
            RuleInfo.Of(typeof(ScheduleFreeSGD)),
            RuleInfo.Of(typeof(ScheduleFreeAdamW)),
            RuleInfo.Of(typeof(Prodigy)),
        ]),
        new("matrices", "A matrix is stepped as a matrix, and not element by element.",
        [
            RuleInfo.Of(typeof(Muon)),
            RuleInfo.Of(typeof(NorMuon)),
            RuleInfo.Of(typeof(AdaMuon)),
            RuleInfo.Of(typeof(NAMO)),
            RuleInfo.Of(typeof(Shampoo)),
            RuleInfo.Of(typeof(SOAP)),
            RuleInfo.Of(typeof(PSGDKron)),
            RuleInfo.Of(typeof(KLSOAP)),
        ]),
        new("curvature", "How fast the gradient itself changes, estimated along the way.",
        [
            RuleInfo.Of(typeof(LBFGS)),
            RuleInfo.Of(typeof(SophiaG)),
        ]),
    ];

    /// <summary>All of them by name.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
        [.. Families.SelectMany(f => f.Rules).OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The optimizer of that name, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RuleInfo Find(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Fault.UnknownRule(name, All.Select(r => r.Name));
}
