namespace Optim.Functional;

/// <summary>An exponential moving average of the parameters beside them, in the slot <c>ema</c>: e ← θ' at the first step, then e + (1 -
/// decay)(θ' - e).</summary>
/// <remarks>Polyak, Juditsky, SIAM J. Control Optim. 30(4), 1992; as torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn. A NaN
/// in θ' stays in it.</remarks>
/// <param name="Decay">In [0, 1]; no unit.</param>
public sealed record Ema(double Decay = 0.999) : Stage, IAfterStage
{
    static readonly SlotSpec Key = "ema";

    int IAfterStage.Order => 0;
    SlotSpec IAfterStage.Slot => Key;
    bool IAfterStage.IsView => true;

    /// <inheritdoc/>
    public override void Validate() => Fault.Within01(nameof(Ema), "decay", Decay);

    void IAfterStage.Around<L, S, U>(in S step, in Turn now, bool isFresh, ref U use)
    {
        var w = 1 - Decay;
        if (isFresh || w == 1) use.Run(new Same<L, S>(step));
        else if (w < 0.5) use.Run(new At<L, S, On>(step, L.Of(w)));
        else use.Run(new At<L, S, Off>(step, L.Of(w)));
    }

    readonly record struct At<L, S, Slow>(S Of, L W) : IStep<L>
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where Slow : struct, IFlag
    {
        public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount + 1; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L θ, L g, ref Slots<L> s)
        {
            var next = Of.Step(θ, g, ref s);
            s[S.SlotCount] = L.Lerp<Slow>(s[S.SlotCount], next, W);
            return next;
        }
    }
}
