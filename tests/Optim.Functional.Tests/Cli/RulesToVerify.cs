namespace Optim.Functional.Tests.Cli;

/// <summary>Rules that optim verify finds in the tests' own assembly.</summary>
public static class RulesToVerify
{
    /// <summary>θ ← θ - lr g.</summary>
    public sealed record Steepest(double Lr) : IElementwiseRule
    {
        public IReadOnlyList<string> Slots => [];
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-Lr)));

        readonly record struct At<L>(L γ) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Step(L θ, L g, ref Slots<L> s) => L.Fma(γ, g, θ);
        }
    }

    /// <summary>θ ← θ - lr, whatever the gradient.</summary>
    public sealed record Drifting(double Lr = 0.5) : IElementwiseRule
    {
        public IReadOnlyList<string> Slots => [];
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-Lr)));

        readonly record struct At<L>(L γ) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Step(L θ, L g, ref Slots<L> s) => θ + γ;
        }
    }

    /// <summary>Another rule: it has no defaults, so only values of it can be verified.</summary>
    public sealed record Around(IElementwiseRule Inner, int Times) : IElementwiseRule
    {
        public IReadOnlyList<string> Slots => Inner.Slots;
        public bool CountsSteps => Inner.CountsSteps;
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => Inner.Bind<L, U>(now, ref use);
    }

    public sealed record Lonely(int Size) : IElementwiseRule
    {
        public IReadOnlyList<string> Slots => [];
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => throw new NotSupportedException();
    }

    /// <summary>A formula that throws.</summary>
    public sealed record Throwing : IElementwiseRule
    {
        public IReadOnlyList<string> Slots => [];
        public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => throw new NotSupportedException("no formula");
    }

    public static Around Calm { get; } = new(new Steepest(0.25), 1);
    public static readonly IElementwiseRule Restless = new Around(new Drifting(), 1);
    public static Around CalmAgain => Calm with { };
    public static Around Broken => throw new InvalidOperationException("no such value");
}
