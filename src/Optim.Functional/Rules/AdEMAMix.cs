namespace Optim.Functional;

/// <summary>AdEMAMix: Adam with a second momentum that forgets far more slowly.</summary>
/// <remarks>
/// Pagliardini, Ablin, Grangier, arXiv:2409.03137v2, Algorithm 1. m1 ← β1m1 + (1 - β1)g; m2 ← β3m2 + (1 - β3)g; v ← β2v + (1 - β2)g²; θ ←
/// (1 - ηλ)θ - η(m1/(1 - β1^t) + αm2)/(√v/√(1 - β2^t) + ε). While t &lt; alpha_warmup, α grows as t; while t &lt; beta3_warmup, β3 comes
/// from β1 so that ln(1/2)/ln(β3 + 1e-8) - 1, about the steps after which half is forgotten, grows as t. The 1e-8 is the authors' code's,
/// not the paper's. State: step; exp_avg_slow m2, exp_avg_sq v, and with β1 > 0 exp_avg_fast m1, the shape of θ, from 0; m2 is not
/// corrected for that.
/// </remarks>
/// <param name="Lr">Learning rate η ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the fast momentum, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Beta3">Decay β3 of the slow momentum, in [0, 1).</param>
/// <param name="Alpha">α ≥ 0: the slow momentum's weight beside the fast one; the paper has 4 to 10, the authors' code 2.</param>
/// <param name="Beta3Warmup">Steps over which β3 grows from β1, > 0; null: none.</param>
/// <param name="AlphaWarmup">Steps over which α grows from 0, > 0; null: none.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of η.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record AdEMAMix(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999,
    [Tuple("betas", 2)] double Beta3 = 0.9999, double Alpha = 2, int? Beta3Warmup = null, int? AlphaWarmup = null, double Eps = 1e-8,
    double WeightDecay = 0, bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Two = ["exp_avg_slow", "exp_avg_sq"], Fast = ["exp_avg_fast"], Three = [.. Two, .. Fast];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Beta1 > 0 ? Three : Two;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Fast;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).Fraction(Beta3).AtLeast(0, Alpha)
        .Above(0, Beta3Warmup ?? 1, nameof(Beta3Warmup)).Above(0, AlphaWarmup ?? 1, nameof(AlphaWarmup))
        .AtLeast(0, Eps).AtLeast(0, WeightDecay);

    double α(long t) => t < AlphaWarmup ? t / (double)AlphaWarmup * Alpha : Alpha;

    double β3(long t) =>
        t < Beta3Warmup ? Math.Pow(0.5, 1 / (1 + double.Lerp(HalfLife(Beta1), HalfLife(Beta3), t / (double)Beta3Warmup))) : Beta3;

    static double HalfLife(double β) => Math.Log(0.5) / Math.Log(β + 1e-8) - 1;

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var slow = β3(now.T);
        var at = new Constants<L>(
            L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.Of(slow), L.Of(1 - slow), L.Of(α(now.T)),
            L.Of(1 / (1 - Math.Pow(Beta1, now.T))), L.Of(1 / Math.Sqrt(1 - Math.Pow(Beta2, now.T))), L.NotZero(Eps),
            L.Of(-now.Lr), L.Of(1 - now.Lr * WeightDecay));
        if (Beta1 > 0) use.Run(new At<L, On>(at));
        else use.Run(new At<L, Off>(at));
    }

    readonly record struct Constants<L>(L β1, L β1c, L β2, L β2c, L β3, L β3c, L α, L r1, L r2, L ε, L η, L λ) where L : struct, ILane<L>;

    readonly record struct At<L, Heavy>(Constants<L> K) : IFormula<L> where L : struct, ILane<L> where Heavy : struct, IFlag
    {
        public static int SlotCount => Heavy.Set ? 3 : 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var slow = s.S1 = L.Fma(K.β3, s.S1, K.β3c * g);
            var v = s.S2 = L.Fma(K.β2, s.S2, K.β2c * g * g);
            var fast = Heavy.Set ? K.r1 * (s.S3 = L.Fma(K.β1, s.S3, K.β1c * g)) : g;
            return L.Fma(K.α, slow, fast) / L.Fma(L.Sqrt(v), K.r2, K.ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(K.η, u, K.λ * θ);
    }
}
