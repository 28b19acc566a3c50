namespace Optim.Functional;

/// <summary>Slow parameters beside the fast ones, in the slot <c>slow</c>: every k steps the slow ones go a part of the way to the fast
/// ones, and these go on from there.</summary>
/// <remarks>Zhang et al., arXiv:1907.08610v2, Algorithm 1: φ ← φ + α(θ - φ), θ ← φ after every k-th step of the optimizer; φ starts at
/// the parameter. The rule's own state goes on, as the paper's "maintain". The model is evaluated with φ. A NaN in θ is in φ too at the
/// next k-th step.</remarks>
/// <param name="Every">k ≥ 1, in steps.</param>
/// <param name="Alpha">α in [0, 1]; no unit.</param>
public sealed record Lookahead(int Every = 5, double Alpha = 0.5) : Stage, IAfterStage
{
    static readonly SlotSpec Key = new("slow") { StartsAtParameter = true };

    int IAfterStage.Order => -10;
    SlotSpec IAfterStage.Slot => Key;
    bool IAfterStage.IsView => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.Positive(nameof(Lookahead), "every", Every);
        Fault.Within01(nameof(Lookahead), "alpha", Alpha);
    }

    void IAfterStage.Around<L, S, U>(in S step, in Turn now, bool isFresh, ref U use)
    {
        if (now.Step % Every != 0) use.Run(new Beside<L, S>(step));
        else if (Alpha < 0.5) use.Run(new At<L, S, On>(step, L.Of(Alpha)));
        else use.Run(new At<L, S, Off>(step, L.Of(Alpha)));
    }

    readonly record struct At<L, S, FromSlow>(S Of, L α) : IStep<L>
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where FromSlow : struct, IFlag
    {
        public static int SlotCount { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => S.SlotCount + 1; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L θ, L g, ref Slots<L> s)
        {
            var φ = s[S.SlotCount];
            return s[S.SlotCount] = L.Lerp<FromSlow>(φ, Of.Step(θ, g, ref s), α);
        }
    }
}
