namespace Optim.Functional;

/// <summary>Lion: steps of one size, by the sign of a momentum that looks further back than it is interpolated.</summary>
/// <remarks>
/// Chen et al., arXiv:2302.06675v4, Algorithm 2. u = sign(β1m + (1 - β1)g); m ← β2m + (1 - β2)g; θ ← (1 - αλ)θ - αu.
/// State: exp_avg m, the shape of θ, from 0. sign(0) = sign(NaN) = 0.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ: what a step moves an element by.</param>
/// <param name="Beta1">β1 of the interpolation, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the momentum, in [0, 1).</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of α.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Lion(
    double Lr = 1e-4, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.99, double WeightDecay = 0,
    bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(-now.Lr), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.Of(1 - now.Lr * WeightDecay)));

    readonly record struct At<L>(L α, L β1, L β1c, L β2, L β2c, L λ) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var u = L.Sign(L.Fma(β1, s.S1, β1c * g));
            s.S1 = L.Fma(β2, s.S1, β2c * g);
            return u;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, λ * θ);
    }
}
