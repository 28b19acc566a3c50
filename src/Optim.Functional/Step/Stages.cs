namespace Optim.Functional;

/// <summary>Asks stages to put themselves around formulas and steps.</summary>
/// <remarks>
/// Where code is compiled as it runs, a formula with stages around it is a type of its own, and its loop has no calls. A program that is
/// published ahead of time must have all such types from the start, and there is no end of them: so there a stage is put around a formula
/// that is called, and all called formulas of as many slots are one type. The bits are the same.
/// </remarks>
sealed class Stages
{
    readonly Reused<object> called = new();

    /// <summary>A step begins: the objects that the last one made are used again.</summary>
    public void Begin() => called.Begin();

    public void Around<L, A, U>(IUpdateStage stage, in A formula, in Turn now, in Measured measured, ref U use)
        where L : struct, ILane<L>
        where A : struct, IFormula<L>
        where U : struct, IUse<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Around<L, A, U>(formula, now, measured, ref use);
            return;
        }
        var one = called.Next<CalledFormula<L, A>>();
        one.Of = formula;
        Count(A.SlotCount, new AroundFormula<L, U>(stage, one, now, measured), ref use);
    }

    public void Around<L, S, U>(IAfterStage stage, in S step, in Turn now, bool isFresh, ref U use)
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where U : struct, IUseStep<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Around<L, S, U>(step, now, isFresh, ref use);
            return;
        }
        var one = called.Next<CalledStep<L, S>>();
        one.Of = step;
        Count(S.SlotCount, new AroundStep<L, U>(stage, one, now, isFresh), ref use);
    }

    /// <summary>Hands on the step with its number of slots as a type: so that what comes around it finds its own slot by a constant, where
    /// the compiler inlines no more.</summary>
    public static void WithCount<L, S, U>(in S step, ref U use)
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where U : struct, IUseStep<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported) Count(S.SlotCount, new Numbered<L, S, U>(step), ref use);
        else use.Run(step);
    }

    readonly struct Numbered<L, S, U>(S step) : ICounted<U>
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where U : struct, IUseStep<L>
    {
        public void Run<N>(ref U use) where N : struct, ICount => use.Run(new Counted<L, S, N>(step));
    }

    readonly record struct Counted<L, S, N>(S Of) : IStep<L> where L : struct, ILane<L> where S : struct, IStep<L> where N : struct, ICount
    {
        public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => N.Value; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L θ, L g, ref Slots<L> s) => Of.Step(θ, g, ref s);
    }

    /// <summary>Hands on the step as one that is called.</summary>
    public void AsCalled<L, S, U>(in S step, ref U use)
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where U : struct, IUseStep<L>
    {
        var one = called.Next<CalledStep<L, S>>();
        one.Of = step;
        Count(S.SlotCount, new Itself<L, U>(one), ref use);
    }

    readonly struct Itself<L, U>(Callee<L> one) : ICounted<U> where L : struct, ILane<L> where U : struct, IUseStep<L>
    {
        public void Run<N>(ref U use) where N : struct, ICount => use.Run(new Called<L, N>(one));
    }

    /// <summary>The same on any thread, for a formula that is used at once.</summary>
    public static void AroundOnce<L, A, U>(IUpdateStage stage, in A formula, in Turn now, in Measured measured, ref U use)
        where L : struct, ILane<L>
        where A : struct, IFormula<L>
        where U : struct, IUse<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported) stage.Around<L, A, U>(formula, now, measured, ref use);
        else Count(A.SlotCount, new AroundFormula<L, U>(stage, new CalledFormula<L, A> { Of = formula }, now, measured), ref use);
    }

    /// <summary>The terms of a stage that measures; the formula is kept by the thread.</summary>
    public static void Measure<L, A, U>(IUpdateStage stage, in A formula, in Turn now, in Measured before, ref U use)
        where L : struct, ILane<L>
        where A : struct, IFormula<L>
        where U : struct, IUseMeasure<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Measure<L, A, U>(formula, now, before, ref use);
            return;
        }
        var one = CalledFormula<L, A>.OfThread;
        one.Of = formula;
        Count(A.SlotCount, new Measuring<L, U>(stage, one, now, before), ref use);
    }

    /// <summary>Something that is done with a number that is a type.</summary>
    interface ICounted<U>
    {
        void Run<N>(ref U use) where N : struct, ICount;
    }

    static void Count<C, U>(int number, in C counted, ref U use) where C : struct, ICounted<U>
    {
        switch (number)
        {
            case 0: counted.Run<N0>(ref use); break;
            case 1: counted.Run<N1>(ref use); break;
            case 2: counted.Run<N2>(ref use); break;
            case 3: counted.Run<N3>(ref use); break;
            case 4: counted.Run<N4>(ref use); break;
            case 5: counted.Run<N5>(ref use); break;
            case 6: counted.Run<N6>(ref use); break;
            case 7: counted.Run<N7>(ref use); break;
            default: counted.Run<N8>(ref use); break;
        }
    }

    readonly struct AroundFormula<L, U>(IUpdateStage stage, Callee<L> one, Turn now, Measured measured) : ICounted<U>
        where L : struct, ILane<L>
        where U : struct, IUse<L>
    {
        public void Run<N>(ref U use) where N : struct, ICount => stage.Around<L, Called<L, N>, U>(new(one), now, measured, ref use);
    }

    readonly struct AroundStep<L, U>(IAfterStage stage, Callee<L> one, Turn now, bool isFresh) : ICounted<U>
        where L : struct, ILane<L>
        where U : struct, IUseStep<L>
    {
        public void Run<N>(ref U use) where N : struct, ICount => stage.Around<L, Called<L, N>, U>(new(one), now, isFresh, ref use);
    }

    readonly struct Measuring<L, U>(IUpdateStage stage, Callee<L> one, Turn now, Measured before) : ICounted<U>
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L>
    {
        public void Run<N>(ref U use) where N : struct, ICount => stage.Measure<L, Called<L, N>, U>(new(one), now, before, ref use);
    }
}
