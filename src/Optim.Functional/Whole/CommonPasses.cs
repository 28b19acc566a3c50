using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Optim.Functional.Rules;

/// <summary>Passes that many whole rules have.</summary>
static class Pass
{
    /// <summary>a + w(b - a), from the nearer end.</summary>
    /// <param name="W">w.</param>
    public readonly record struct Lerp(double W) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            if (W < 0.5) use.Run(new At<L, On>(L.Of(W)));
            else use.Run(new At<L, Off>(L.Of(W)));
        }

        readonly record struct At<L, FromA>(L w) : IStep<L> where L : struct, ILane<L> where FromA : struct, IFlag
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => L.Lerp<FromA>(a, b, w);
        }
    }

    /// <summary>βa + (1 - β)b.</summary>
    /// <param name="Beta">β.</param>
    public readonly record struct Mean(double Beta) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta), L.Of(1 - Beta)));

        readonly record struct At<L>(L β, L βc) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => L.Fma(β, a, βc * b);
        }
    }

    /// <summary>βa + (1 - β)c of a number c.</summary>
    /// <param name="Beta">β.</param>
    /// <param name="Number">c.</param>
    public readonly record struct MeanWith(double Beta, double Number) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta), L.Of(1 - Beta), L.Of(Number)));

        readonly record struct At<L>(L β, L βc, L c) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => L.Fma(β, a, βc * c);
        }
    }

    /// <summary>a/d.</summary>
    /// <param name="By">d ≥ 0, such as a norm; 0/0 is 0.</param>
    public readonly record struct Divide(double By) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.NotZero(By)));

        readonly record struct At<L>(L d) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => a / d;
        }
    }

    /// <summary>fa.</summary>
    /// <param name="By">f.</param>
    public readonly record struct Times(double By) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(By)));

        readonly record struct At<L>(L f) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => f * a;
        }
    }

    /// <summary>a itself.</summary>
    public readonly record struct Copy : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => a;
        }
    }

    /// <summary>b itself: of the gradient, with its scale.</summary>
    public readonly record struct CopySecond : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => b;
        }
    }

    /// <summary>λa + γb: θ shrunk, and moved along an update.</summary>
    /// <param name="By">γ.</param>
    /// <param name="Shrink">λ.</param>
    public readonly record struct Move(double By, double Shrink) : IPass
    {
        public void Bind<L, U>(ref U use)
            where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(By), L.Of(Shrink)));

        readonly record struct At<L>(L γ, L λ) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(AggressiveInlining)] public L Step(L a, L b, ref Slots<L> s) => L.Fma(γ, b, λ * a);
        }
    }
}

/// <summary>Terms that many whole rules add up.</summary>
static class Term
{
    /// <summary>The terms a.</summary>
    public readonly record struct Value : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            [MethodImpl(AggressiveInlining)] public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = a;
        }
    }

    /// <summary>The terms |a|.</summary>
    public readonly record struct Size : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            [MethodImpl(AggressiveInlining)] public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = L.Abs(a);
        }
    }

    /// <summary>The terms b: of the gradient, with its scale.</summary>
    public readonly record struct Second : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            [MethodImpl(AggressiveInlining)] public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = b;
        }
    }

    /// <summary>The terms ab; of an operand with itself, squares.</summary>
    public readonly record struct Square : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            [MethodImpl(AggressiveInlining)] public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = a * b;
        }
    }
}
