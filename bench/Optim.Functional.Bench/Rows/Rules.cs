namespace Optim.Functional.Bench.Rows;

/// <summary>The rules that are measured.</summary>
static class Rules
{
    /// <summary>Every elementwise rule of the registry that takes dense gradients, at its defaults, and those variants that have other
    /// streams.</summary>
    public static IReadOnlyList<(string Name, IElementwiseRule Rule)> Elementwise { get; } =
    [
        .. Registry.All.Select(r => (r.Name, Rule: r.Create(Required(r)) as IElementwiseRule))
            .Where(r => r.Rule is { Sparse: not SparseGradients.Only }).Select(r => (r.Name, r.Rule!)),
        ("SGD momentum", new SGD(1e-3, Momentum: 0.9)),
        ("Adam amsgrad", new Adam(Amsgrad: true)),
        ("RMSprop centered momentum", new RMSprop(Momentum: 0.9, Centered: true)),
    ];

    /// <summary>Those that libtorch has fused kernels for, by the kernel's name.</summary>
    public static IReadOnlyList<(string Kernel, string Name, IElementwiseRule Rule)> Fused { get; } =
    [
        ("AdamW", "AdamW", new AdamW()),
        ("SGD", "SGD momentum", new SGD(1e-3, Momentum: 0.9)),
        ("Adagrad", "Adagrad", new Adagrad()),
    ];

    static Dictionary<string, object?> Required(RuleInfo rule) =>
        rule.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)1e-3);
}
