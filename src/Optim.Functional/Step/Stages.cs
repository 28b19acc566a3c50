namespace Optim.Functional;

/// <summary>Puts stages around formulas and steps.</summary>
/// <remarks>
/// Where code is compiled as it runs, a formula with stages around it is a type of its own, and its loop has no calls. A program that is published
/// ahead of time must have all such types from the start, and there is no end of them: so there a stage is put around a formula that is called,
/// and all called formulas of as many slots are one type. The bits are the same.
/// </remarks>
sealed class Stages
{
    readonly List<object> kept = [];
    int count;

    /// <summary>A step begins: the objects that the last one made are used again.</summary>
    public void Begin() => count = 0;

    public void Around<L, A, U>(IUpdateStage stage, in A formula, in Turn now, in Measured measured, ref U use)
        where L : struct, ILane<L> where A : struct, IFormula<L> where U : struct, IUse<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Around<L, A, U>(formula, now, measured, ref use);
            return;
        }
        var called = Keep<CalledFormula<L, A>>();
        called.Of = formula;
        switch (A.SlotCount)
        {
            case 0: stage.Around<L, Called<L, N0>, U>(new(called), now, measured, ref use); break;
            case 1: stage.Around<L, Called<L, N1>, U>(new(called), now, measured, ref use); break;
            case 2: stage.Around<L, Called<L, N2>, U>(new(called), now, measured, ref use); break;
            case 3: stage.Around<L, Called<L, N3>, U>(new(called), now, measured, ref use); break;
            case 4: stage.Around<L, Called<L, N4>, U>(new(called), now, measured, ref use); break;
            case 5: stage.Around<L, Called<L, N5>, U>(new(called), now, measured, ref use); break;
            case 6: stage.Around<L, Called<L, N6>, U>(new(called), now, measured, ref use); break;
            case 7: stage.Around<L, Called<L, N7>, U>(new(called), now, measured, ref use); break;
            default: stage.Around<L, Called<L, N8>, U>(new(called), now, measured, ref use); break;
        }
    }

    public void Around<L, S, U>(IAfterStage stage, in S step, bool isFresh, ref U use)
        where L : struct, ILane<L> where S : struct, IStep<L> where U : struct, IUseStep<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Around<L, S, U>(step, isFresh, ref use);
            return;
        }
        var called = Keep<CalledStep<L, S>>();
        called.Of = step;
        switch (S.SlotCount)
        {
            case 0: stage.Around<L, Called<L, N0>, U>(new(called), isFresh, ref use); break;
            case 1: stage.Around<L, Called<L, N1>, U>(new(called), isFresh, ref use); break;
            case 2: stage.Around<L, Called<L, N2>, U>(new(called), isFresh, ref use); break;
            case 3: stage.Around<L, Called<L, N3>, U>(new(called), isFresh, ref use); break;
            case 4: stage.Around<L, Called<L, N4>, U>(new(called), isFresh, ref use); break;
            case 5: stage.Around<L, Called<L, N5>, U>(new(called), isFresh, ref use); break;
            case 6: stage.Around<L, Called<L, N6>, U>(new(called), isFresh, ref use); break;
            default: stage.Around<L, Called<L, N7>, U>(new(called), isFresh, ref use); break;
        }
    }

    /// <summary>The terms of a stage that measures; the formula is kept by the thread.</summary>
    public static void Measure<L, A, U>(IUpdateStage stage, in A formula, ref U use)
        where L : struct, ILane<L> where A : struct, IFormula<L> where U : struct, IUseMeasure<L>
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            stage.Measure<L, A, U>(formula, ref use);
            return;
        }
        var called = CalledFormula<L, A>.OfThread;
        called.Of = formula;
        switch (A.SlotCount)
        {
            case 0: stage.Measure<L, Called<L, N0>, U>(new(called), ref use); break;
            case 1: stage.Measure<L, Called<L, N1>, U>(new(called), ref use); break;
            case 2: stage.Measure<L, Called<L, N2>, U>(new(called), ref use); break;
            case 3: stage.Measure<L, Called<L, N3>, U>(new(called), ref use); break;
            case 4: stage.Measure<L, Called<L, N4>, U>(new(called), ref use); break;
            case 5: stage.Measure<L, Called<L, N5>, U>(new(called), ref use); break;
            case 6: stage.Measure<L, Called<L, N6>, U>(new(called), ref use); break;
            case 7: stage.Measure<L, Called<L, N7>, U>(new(called), ref use); break;
            default: stage.Measure<L, Called<L, N8>, U>(new(called), ref use); break;
        }
    }

    /// <summary>The next object, the one of the last step where it is of the same type.</summary>
    C Keep<C>() where C : class, new()
    {
        if (count == kept.Count) kept.Add(new C());
        else if (kept[count] is not C) kept[count] = new C();
        return (C)kept[count++];
    }
}

/// <summary>A formula or a step whose type is not known where it is called.</summary>
abstract class Callee<L> where L : struct, ILane<L>
{
    public abstract L Update(L θ, L g, ref Slots<L> s);
    public abstract L Apply(L θ, L u);
    public abstract L Step(L θ, L g, ref Slots<L> s);
}

sealed class CalledFormula<L, A> : Callee<L> where L : struct, ILane<L> where A : struct, IFormula<L>
{
    [ThreadStatic] static CalledFormula<L, A>? ofThread;

    public static CalledFormula<L, A> OfThread => ofThread ??= new();

    public A Of;
    public override L Update(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);
    public override L Apply(L θ, L u) => Of.Apply(θ, u);
    public override L Step(L θ, L g, ref Slots<L> s) => Apply(θ, Update(θ, g, ref s));
}

sealed class CalledStep<L, S> : Callee<L> where L : struct, ILane<L> where S : struct, IStep<L>
{
    public S Of;
    public override L Update(L θ, L g, ref Slots<L> s) => Of.Step(θ, g, ref s);
    public override L Apply(L θ, L u) => u;
    public override L Step(L θ, L g, ref Slots<L> s) => Of.Step(θ, g, ref s);
}

/// <summary>The same as a formula and a step of N slots.</summary>
readonly record struct Called<L, N>(Callee<L> Of) : IFormula<L>, IStep<L> where L : struct, ILane<L> where N : struct, ICount
{
    static int IFormula<L>.SlotCount => N.Value;
    static int IStep<L>.SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => N.Value; }
    public L Update(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);
    public L Apply(L θ, L u) => Of.Apply(θ, u);
    public L Step(L θ, L g, ref Slots<L> s) => Of.Step(θ, g, ref s);
}

/// <summary>A number as a type.</summary>
interface ICount
{
    static abstract int Value { get; }
}

readonly struct N0 : ICount { public static int Value => 0; }
readonly struct N1 : ICount { public static int Value => 1; }
readonly struct N2 : ICount { public static int Value => 2; }
readonly struct N3 : ICount { public static int Value => 3; }
readonly struct N4 : ICount { public static int Value => 4; }
readonly struct N5 : ICount { public static int Value => 5; }
readonly struct N6 : ICount { public static int Value => 6; }
readonly struct N7 : ICount { public static int Value => 7; }
readonly struct N8 : ICount { public static int Value => 8; }
