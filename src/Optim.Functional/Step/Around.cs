namespace Optim.Functional;

/// <summary>A formula as a step: its update, applied.</summary>
readonly record struct Applied<L, A>(A Of) : IStep<L>
    where L : struct, ILane<L>
    where A : struct, IFormula<L>
{
    public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => A.SlotCount; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s) => Of.Apply(θ, Of.Update(θ, g, ref s));
}

/// <summary>What all rules share, done where g is loaded: its scale (negative to ascend) and the L2 penalty.</summary>
readonly record struct Prepared<L, S, Decays>(S Of, L Scale, L Decay) : IStep<L>
    where L : struct, ILane<L>
    where S : struct, IStep<L>
    where Decays : struct, IFlag
{
    public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s) => Of.Step(θ, Prepare.Gradient<L, Decays>(θ, g, Scale, Decay), ref s);
}

/// <summary>The same of terms that are measured.</summary>
readonly record struct PreparedMeasure<L, M, Decays>(M Of, L Scale, L Decay) : IMeasure<L>
    where L : struct, ILane<L>
    where M : struct, IMeasure<L>
    where Decays : struct, IFlag
{
    public static int SlotCount => M.SlotCount;
    public static int Terms => M.Terms;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms) =>
        Of.Measure(θ, Prepare.Gradient<L, Decays>(θ, g, Scale, Decay), s, ref terms);
}

static class Prepare
{
    /// <summary>What a formula sees of a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Gradient<L, Decays>(L θ, L g, L scale, L decay) where L : struct, ILane<L> where Decays : struct, IFlag
    {
        g = scale * g;
        return Decays.Set ? L.Fma(decay, θ, g) : g;
    }
}
