namespace Optim.Functional;

/// <summary>Schedule-Free AdamW: needs no schedule, since it trains at y, between where AdamW is, z, and the mean x of where it was. The
/// model is evaluated at x.</summary>
/// <remarks>
/// Defazio et al., arXiv:2405.15682v4, Algorithm 1, as the authors' code has it. θ is y. With α the warmed-up rate, w = (k + 1)^r (max α)^p
/// and c = w/Σw: v ← β2v + (1 - β2)g²; u = g/(√(v/(1 - β2^(k+1))) + ε) + λy; y ← y + c(z - y) + α(β1(1 - c) - 1)u; z ← z - αu.
/// x = y + (1 - 1/β1)(z - y), which the step does not need: <see cref="Pure.View"/> and <see cref="Optimizer.Evaluate{R}"/> give it.
/// State: z from θ; exp_avg_sq v from 0, and exp_avg with an inner momentum; k, weight_sum Σw and lr_max, which all parameters share.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">β1 in (0, 1): how far y is from z to x.</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, at y, per unit of α.</param>
/// <param name="WarmupSteps">Steps over which α grows from α/n to α; ≥ 0.</param>
/// <param name="R">Power r of the step in the mean's weights.</param>
/// <param name="WeightLrPower">Power p of the learning rate in them.</param>
/// <param name="InnerMomentum">Decay in [0, 1) of a first moment, corrected for its start, that takes the place of g in u; 0 for
/// none.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ScheduleFreeAdamW(
    double Lr = 2.5e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 0, int WarmupSteps = 0, double R = 0, double WeightLrPower = 2, double InnerMomentum = 0,
    bool Maximize = false) : Rule, IElementwiseRule, IView
{
    static readonly SlotSpec[] Two = [FreeMean.Z, "exp_avg_sq"], Inner = ["exp_avg"], Three = [.. Two, .. Inner];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => InnerMomentum > 0 ? Three : Two;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Inner;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public bool UpdatesToNext => true;
    double IGradientRule.WeightDecay => 0;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => FreeMean.Shared;

    FreeMean Mean => new(WarmupSteps, R, WeightLrPower);

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Between(0, 1, Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay)
        .AtLeast(0, WarmupSteps).Number(R).Number(WeightLrPower).Fraction(InnerMomentum);

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => Mean.Learn(before, lr);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var k = now.ModelBefore.S1;
        var r2 = 1 / (1 - Math.Pow(Beta2, k + 1));
        var rm = 1 / (1 - Math.Pow(InnerMomentum, k + 1));
        var at = new Constants<L>(
            L.Of(Beta2), L.Of(1 - Beta2), L.Of(r2), L.NotZero(Eps), L.Of(WeightDecay), Mean.Bind<L>(now, Beta1),
            L.Of(InnerMomentum), L.Of(1 - InnerMomentum), L.Of(rm));
        if (InnerMomentum > 0) use.Run(new At<L, On>(at));
        else use.Run(new At<L, Off>(at));
    }

    readonly record struct Constants<L>(L β2, L β2c, L r2, L ε, L λ, FreeMean.Move<L> Move, L μ, L μc, L rm) where L : struct, ILane<L>;

    readonly record struct At<L, Heavy>(Constants<L> K) : IFormula<L> where L : struct, ILane<L> where Heavy : struct, IFlag
    {
        public static int SlotCount => Heavy.Set ? 3 : 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L y, L g, ref Slots<L> s)
        {
            var v = s.S2 = L.Fma(K.β2, s.S2, K.β2c * g * g);
            if (Heavy.Set) g = K.rm * (s.S3 = L.Fma(K.μ, s.S3, K.μc * g));
            var u = L.Fma(K.λ, y, g / (L.Sqrt(v * K.r2) + K.ε));
            return K.Move.Along(u, y, ref s.S1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L y, L next) => next;
    }

    /// <inheritdoc/>
    public void View<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => FreeMean.View<L, U>(Beta1, ref use);
}
