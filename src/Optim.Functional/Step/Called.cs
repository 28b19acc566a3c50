namespace Optim.Functional;

/// <summary>A formula whose type is not known where it is called; or a step, whose update is θ' itself.</summary>
abstract class Callee<L> where L : struct, ILane<L>
{
    public abstract L Update(L θ, L g, ref Slots<L> s);

    public virtual L Apply(L θ, L u) => u;
}

sealed class CalledFormula<L, A> : Callee<L> where L : struct, ILane<L> where A : struct, IFormula<L>
{
    [ThreadStatic] static CalledFormula<L, A>? ofThread;

    public static CalledFormula<L, A> OfThread => ofThread ??= new();

    public A Of;

    public override L Update(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);

    public override L Apply(L θ, L u) => Of.Apply(θ, u);
}

sealed class CalledStep<L, S> : Callee<L> where L : struct, ILane<L> where S : struct, IStep<L>
{
    public S Of;

    public override L Update(L θ, L g, ref Slots<L> s) => Of.Step(θ, g, ref s);
}

/// <summary>The one as a formula, the other as a step, of N slots.</summary>
readonly record struct Called<L, N>(Callee<L> Of) : IFormula<L>, IStep<L> where L : struct, ILane<L> where N : struct, ICount
{
    static int IFormula<L>.SlotCount => N.Value;

    static int IStep<L>.SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => N.Value; }

    public L Update(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);

    public L Apply(L θ, L u) => Of.Apply(θ, u);

    public L Step(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);
}

/// <summary>A number as a type.</summary>
interface ICount
{
    static abstract int Value { get; }
}

readonly struct N0 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 0; } }
readonly struct N1 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 1; } }
readonly struct N2 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2; } }
readonly struct N3 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 3; } }
readonly struct N4 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 4; } }
readonly struct N5 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 5; } }
readonly struct N6 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 6; } }
readonly struct N7 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 7; } }
readonly struct N8 : ICount { public static int Value { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 8; } }
