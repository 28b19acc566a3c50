using System.Numerics;

namespace Optim.Functional.Tests.Cli;

/// <summary>Rules that optim verify finds in the tests' own assembly.</summary>
public static class RulesToVerify
{
    /// <summary>θ ← θ - lr g.</summary>
    public sealed record Steepest(double Lr) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-now.Lr)));

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
        public void Bind<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-now.Lr)));

        readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Update(L θ, L g, ref Slots<L> s) => γ;
            public L Apply(L θ, L u) => θ + u;
        }
    }

    /// <summary>θ ← θ - lr g/‖g‖, of a parameter as a whole.</summary>
    public sealed record Normalized(double Lr = 0.5) : IWholeRule
    {
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [];

        public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var norm = Math.Sqrt(x.SumOfSquares(x.G));
            if (norm != 0) x.Each(new Pass.Move(-x.Now.Lr / norm, 1), x.θ, x.G, to: x.θ);
        }
    }

    /// <summary>θ ← θ - lr g/√Σg², where the sum is over all parameters and all steps.</summary>
    public sealed record Summing(double Lr = 0.5) : IModelRule
    {
        static readonly string[] Total = ["total"];
        public IReadOnlyList<SlotSpec> Slots => [];
        public IReadOnlyList<string> ModelScalars => Total;
        public int Sums => 1;
        public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => new(before.S1 + sums[0]);
        public void Measure<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUseMeasure<L> => use.Run(new Square<L>());

        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
            use.Run(new At<L>(L.Of(-now.Lr / (1e-8 + Math.Sqrt(now.Model.S1)))));

        readonly record struct Square<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms) => terms.S1 = g * g;
        }

        readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Update(L θ, L g, ref Slots<L> s) => g;
            public L Apply(L θ, L u) => L.Fma(γ, u, θ);
        }
    }

    /// <summary>Another rule: it has no defaults, so only values of it can be verified.</summary>
    public sealed record Around(IElementwiseRule Inner, int Times) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => Inner.Slots;
        public bool CountsSteps => Inner.CountsSteps;
        public double Lr => Inner.Lr;
        public void Bind<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUse<L> => Inner.Bind<L, U>(in now, ref use);
    }

    public sealed record Lonely(int Size) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUse<L> => throw new NotSupportedException();
    }

    /// <summary>A formula that throws.</summary>
    public sealed record Throwing : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use)
            where L : struct, ILane<L>
            where U : struct, IUse<L> => throw new NotSupportedException("no formula");
    }

    public static Around Calm { get; } = new(new Steepest(0.25), 1);
    public static readonly IElementwiseRule Restless = new Around(new Drifting(), 1);
    public static Plan Staged { get; } = new Steepest(0.25).ClipNorm(1).Ema(0.5);
    public static Plan InParts { get; } = new Steepest(0.25).For(Select.Matrices, new Normalized());
    public static Around CalmAgain => Calm with { };
    public static Around Broken => throw new InvalidOperationException("no such value");
}
