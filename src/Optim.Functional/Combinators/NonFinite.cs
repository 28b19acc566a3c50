namespace Optim.Functional;

/// <summary>What a step does when a gradient holds NaN or an infinity.</summary>
public enum NonFinite
{
    /// <summary>Computes on, as torch does.</summary>
    Propagate,
    /// <summary>Throws, naming the parameter and the index; parameters and state stay as they were.</summary>
    Throw,
    /// <summary>Leaves out the whole step; parameters and state stay as they were, the step is not counted.</summary>
    Skip,
}

/// <summary>Rules made from rules.</summary>
public static partial class Combinators
{
    /// <summary>The same rule, with <paramref name="then"/> for gradients that hold NaN or an infinity.</summary>
    public static IElementwiseRule OnNonFinite(this IElementwiseRule rule, NonFinite then) => Guarded.Over(rule) with { NonFinite = then };

    /// <summary>The same rule, with gradients scaled down where their norm, of all parameters together, is more than <paramref name="maxNorm"/>:
    /// g·min(1, maxNorm/(‖g‖ + 1e-6)), as torch.nn.utils.clip_grad_norm_. The norm is one pass over the gradients; scaling them is part of the step.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="maxNorm">&gt; 0, in units of g.</param>
    /// <exception cref="ArgumentException">It is not more than 0.</exception>
    public static IElementwiseRule ClipNorm(this IElementwiseRule rule, double maxNorm) =>
        Guarded.Over(rule) with { MaxGradNorm = Fault.Positive(rule.Name, "the largest gradient norm", maxNorm) };

    internal sealed record Guarded(IElementwiseRule Inner, NonFinite NonFinite, double MaxGradNorm) : IAround
    {
        public static Guarded Over(IElementwiseRule rule) => rule as Guarded ?? new(rule ?? throw Fault.Null(nameof(rule)), rule.NonFinite, rule.MaxGradNorm);

        public IElementwiseRule Around(IElementwiseRule inner) => this with { Inner = inner };
        public string Name => Inner.Name;
        public void Validate() => Inner.Validate();
        public IReadOnlyList<string> Slots => Inner.Slots;
        public IReadOnlyList<string> OptionalSlots => Inner.OptionalSlots;
        public double Initial(string slot) => Inner.Initial(slot);
        public IReadOnlyList<string> Scalars => Inner.Scalars;
        public bool CountsSteps => Inner.CountsSteps;
        public bool EagerState => Inner.EagerState;
        public double WeightDecay => Inner.WeightDecay;
        public bool Maximize => Inner.Maximize;
        public SparseGradients Sparse => Inner.Sparse;
        public Clock Start() => Inner.Start();
        public Clock After(Clock now) => Inner.After(now);
        public override string ToString() => $"{Inner}" + (NonFinite == NonFinite.Propagate ? "" : $", {NonFinite} where a gradient is not finite")
            + (double.IsInfinity(MaxGradNorm) ? "" : $", gradient norm at most {MaxGradNorm}");
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => Inner.Bind<L, U>(now, ref use);
    }
}
