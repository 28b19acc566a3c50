namespace Optim.Functional;

/// <summary>The mean of the parameters from a step on, in the slot <c>swa</c>; until then the parameters themselves.</summary>
/// <remarks>Izmailov et al., arXiv:1803.05407v3, Algorithm 1, as torch's AveragedModel: a ← a + (θ' - a)/(n + 1) of n means before. Of a
/// parameter that misses steps, those count as if it had stood at the mean. Batch norms' statistics are the model's owner's to compute anew
/// for the mean (torch's update_bn). A NaN in θ' stays in it.</remarks>
/// <param name="Start">The step after which the first is taken, ≥ 0: 0 and 1 are the first step.</param>
/// <param name="Every">Steps from one to the next, ≥ 1.</param>
public sealed record Swa(long Start = 0, long Every = 1) : Stage, IAfterStage
{
    static readonly SlotSpec Key = "swa";

    int IAfterStage.Order => 10;
    SlotSpec IAfterStage.Slot => Key;
    bool IAfterStage.IsView => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.NotNegative(nameof(Swa), "start", Start);
        Fault.Positive(nameof(Swa), "every", Every);
    }

    void IAfterStage.Around<L, S, U>(in S step, in Turn now, bool isFresh, ref U use)
    {
        var since = now.Step - Math.Max(1, Start);
        if (isFresh || since <= 0) use.Run(new Same<L, S>(step));
        else if (since % Every != 0) use.Run(new Beside<L, S>(step));
        else use.Run(new At<L, S>(step, L.Of(since / Every + 1)));
    }

    readonly record struct At<L, S>(S Of, L Count) : IStep<L> where L : struct, ILane<L> where S : struct, IStep<L>
    {
        public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount + 1; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L θ, L g, ref Slots<L> s)
        {
            var (a, next) = (s[S.SlotCount], Of.Step(θ, g, ref s));
            s[S.SlotCount] = a + (next - a) / Count;
            return next;
        }
    }
}
