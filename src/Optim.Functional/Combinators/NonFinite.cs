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
public static class Combinators
{
    /// <summary>The same rule, with <paramref name="then"/> for gradients that hold NaN or an infinity.</summary>
    public static IElementwiseRule OnNonFinite(this IElementwiseRule rule, NonFinite then) =>
        new Guarded((rule as Guarded)?.Inner ?? rule ?? throw Fault.Null(nameof(rule)), then);

    /// <summary>L-BFGS, with <paramref name="then"/> for gradients that hold NaN or an infinity, at whichever point of the step they are met.</summary>
    public static LBFGS OnNonFinite(this LBFGS rule, NonFinite then) => (rule ?? throw Fault.Null("the rule")) with { NonFinite = then };

    internal sealed record Guarded(IElementwiseRule Inner, NonFinite NonFinite) : IAround
    {
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
        public override string ToString() => $"{Inner}, {NonFinite} where a gradient is not finite";
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => Inner.Bind<L, U>(now, ref use);
    }
}
