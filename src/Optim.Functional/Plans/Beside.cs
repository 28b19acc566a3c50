namespace Optim.Functional;

/// <summary>A step that leaves an after stage's slot as it is.</summary>
readonly record struct Beside<L, S>(S Of) : IStep<L> where L : struct, ILane<L> where S : struct, IStep<L>
{
    public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount + 1; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s)
    {
        var slot = s[S.SlotCount];
        var next = Of.Step(θ, g, ref s);
        s[S.SlotCount] = slot;
        return next;
    }
}

/// <summary>A step whose result is an after stage's slot too.</summary>
readonly record struct Same<L, S>(S Of) : IStep<L> where L : struct, ILane<L> where S : struct, IStep<L>
{
    public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount + 1; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s) => s[S.SlotCount] = Of.Step(θ, g, ref s);
}
