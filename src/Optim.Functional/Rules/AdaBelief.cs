namespace Optim.Functional;

/// <summary>AdaBelief: Adam whose steps are long where gradients are as expected, and not where they are small.</summary>
/// <remarks>
/// Zhuang et al., arXiv:2010.07468v5, Algorithm 2; rectified as <see cref="RAdam"/>. m ← β1m + (1 - β1)g; s ← β2s + (1 - β2)(g - m)² + ε;
/// θ ← θ - α/(1 - β1^t) · m/(√s/√(1 - β2^t) + ε). With rectify, ρ and r as RAdam's: where ρ ≥ 5, θ ← θ - αr√(1 - β2^t)/(1 - β1^t) · m/(√s
/// + ε); else θ ← θ - α/(1 - β1^t) · m, or with degenerated_to_sgd off, nothing. ε stays in s, and adds up there.
/// State: step; exp_avg m, exp_avg_var s, and max_exp_avg_var with AMSGrad, the shape of θ, from 0. The paper rectifies nothing; the
/// authors' code does unless told not to, and keeps AMSGrad's maximum then without using it. Liu et al. have 4 for its 5.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the variance, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g², and beside the root of g.</param>
/// <param name="WeightDecay">λ ≥ 0: decoupled, per unit of α, or an L2 penalty.</param>
/// <param name="Amsgrad">Divide by the largest s so far, where nothing is rectified.</param>
/// <param name="WeightDecouple">Shrink θ itself, in place of the penalty.</param>
/// <param name="FixedDecay">Shrink it by λ, whatever α is.</param>
/// <param name="Rectify">Wait until the variance is known.</param>
/// <param name="DegeneratedToSgd">Step by m until then.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record AdaBelief(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-16,
    double WeightDecay = 0, bool Amsgrad = false, bool WeightDecouple = true, bool FixedDecay = false, bool Rectify = true,
    bool DegeneratedToSgd = true, bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Two = ["exp_avg", "exp_avg_var"], Largest = ["max_exp_avg_var"], Three = [.. Two, .. Largest];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Amsgrad ? Three : Two;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Largest;
    double IGradientRule.WeightDecay => WeightDecouple ? 0 : WeightDecay;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (bc1, bc2) = (1 - Math.Pow(Beta1, now.T), 1 - Math.Pow(Beta2, now.T));
        var (ρ, r) = RAdam.Rectification(Beta2, now.T, bc2);
        var (isKnown, moves) = (!Rectify || ρ >= 5, !Rectify || ρ >= 5 || DegeneratedToSgd);
        var α = -now.Lr / bc1 * (Rectify && isKnown ? r : 1);
        var at = new Constants<L>(
            L.Of(α), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.Of(Rectify ? 1 : 1 / Math.Sqrt(bc2)),
            L.Of(Eps), L.NotZero(Eps), L.Of(WeightDecouple ? 1 - (FixedDecay ? 1 : now.Lr) * WeightDecay : 1));
        if (Amsgrad && !Rectify) use.Run(new At<L, On, On, On, On>(at));
        else if (Amsgrad && isKnown) use.Run(new At<L, On, Off, On, On>(at));
        else if (Amsgrad && moves) use.Run(new At<L, On, Off, Off, On>(at));
        else if (Amsgrad) use.Run(new At<L, On, Off, Off, Off>(at));
        else if (isKnown) use.Run(new At<L, Off, Off, On, On>(at));
        else if (moves) use.Run(new At<L, Off, Off, Off, On>(at));
        else use.Run(new At<L, Off, Off, Off, Off>(at));
    }

    readonly record struct Constants<L>(L α, L β1, L β1c, L β2, L β2c, L r2, L ε, L least, L λ) where L : struct, ILane<L>;

    readonly record struct At<L, Keeps, Uses, Known, Moves>(Constants<L> K) : IFormula<L> where L : struct, ILane<L>
        where Keeps : struct, IFlag where Uses : struct, IFlag where Known : struct, IFlag where Moves : struct, IFlag
    {
        public static int SlotCount => Keeps.Set ? 3 : 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Fma(K.β1, s.S1, K.β1c * g);
            var off = g - m;
            var v = s.S2 = L.Fma(K.β2, s.S2, K.β2c * off * off) + K.ε;
            var most = v;
            if (Keeps.Set) most = s.S3 = L.Max(s.S3, v);
            if (!Moves.Set) return default;
            return Known.Set ? m / L.Fma(L.Sqrt(Uses.Set ? most : v), K.r2, K.least) : m;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => Moves.Set ? L.Fma(K.α, u, K.λ * θ) : K.λ * θ;
    }
}
