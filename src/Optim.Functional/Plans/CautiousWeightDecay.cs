namespace Optim.Functional;

/// <summary>Decoupled weight decay only where it goes the update's way: where θ and u agree in sign, or one of them is 0.</summary>
/// <remarks>Chen et al., arXiv:2510.12402, Algorithm 1: θ ← θ - α(u + λ[uθ ≥ 0]θ). θ shrinks first, as in AdamW. The rule's own weight
/// decay must be 0.</remarks>
/// <param name="WeightDecay">λ ≥ 0, per unit of α.</param>
public sealed record CautiousWeightDecay(double WeightDecay = 1e-2) : Stage, IUpdateStage
{
    int IUpdateStage.Order => 10;

    /// <inheritdoc/>
    public override void Validate() => Fault.NotNegative(nameof(CautiousWeightDecay), "weight_decay", WeightDecay);

    void IUpdateStage.Around<L, A, U>(in A formula, in Turn now, in Measured sum, ref U use) =>
        use.Run(new At<L, A>(formula, L.Of(1 - now.Lr * WeightDecay), L.Of(0)));

    readonly record struct At<L, A>(A Of, L λ, L Zero) : IFormula<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s) => Of.Update(θ, g, ref s);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => Of.Apply(L.WhereGreater(Zero, u * θ, θ, λ * θ), u);
    }
}
