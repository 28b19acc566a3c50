namespace Optim.Functional.Tests.Cli;

/// <summary>Rules that optim verify finds in the tests' own assembly.</summary>
public static class RulesToVerify
{
    /// <summary>θ ← θ - lr g.</summary>
    public sealed record Steepest(double Lr) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-Lr)));

        readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Update(L θ, L g, ref Slots<L> s) => g;
            public L Apply(L θ, L u) => L.Fma(γ, u, θ);
        }
    }

    /// <summary>θ ← θ - lr, whatever the gradient.</summary>
    public sealed record Drifting(double Lr = 0.5) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-Lr)));

        readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Update(L θ, L g, ref Slots<L> s) => γ;
            public L Apply(L θ, L u) => θ + u;
        }
    }

    /// <summary>Another rule: it has no defaults, so only values of it can be verified.</summary>
    public sealed record Around(IElementwiseRule Inner, int Times) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => Inner.Slots;
        public bool CountsSteps => Inner.CountsSteps;
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => Inner.Bind<L, U>(in now, ref use);
    }

    public sealed record Lonely(int Size) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => throw new NotSupportedException();
    }

    /// <summary>A formula that throws.</summary>
    public sealed record Throwing : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => throw new NotSupportedException("no formula");
    }

    public static Around Calm { get; } = new(new Steepest(0.25), 1);
    public static readonly IElementwiseRule Restless = new Around(new Drifting(), 1);
    public static Around CalmAgain => Calm with { };
    public static Around Broken => throw new InvalidOperationException("no such value");
}
