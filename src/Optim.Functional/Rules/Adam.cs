namespace Optim.Functional;

/// <summary>Adam: steps scaled by bias-corrected estimates of the gradient's first two moments.</summary>
/// <remarks>
/// Kingma, Ba, arXiv:1412.6980v9, Algorithm 1; AMSGrad: Reddi et al., ICLR 2018, Algorithm 2. m ← m + (1 - β1)(g - m); v ← β2v + (1 -
/// β2)g²; θ ← θ - α/(1 - β1^t) · m/(√v/√(1 - β2^t) + ε); AMSGrad puts max over t of v for v. State: step; exp_avg m, exp_avg_sq v, and
/// max_exp_avg_sq with AMSGrad, all the shape of θ, from 0. Others differ: TensorFlow adds ε before the correction; torch's AMSGrad, as
/// here, takes the maximum before the correction, Reddi has none. m is a lerp, as in torch: after an infinite g the state becomes NaN.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ: about the most that one step moves an element.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0: an L2 penalty, in units of g per unit of θ, or decoupled.</param>
/// <param name="Amsgrad">Divide by the largest v so far.</param>
/// <param name="Maximize">Ascend.</param>
/// <param name="DecoupledWeightDecay">Shrink θ by αλ itself, as <see cref="AdamW"/> does, in place of the penalty.</param>
public record Adam(double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 0, bool Amsgrad = false, bool Maximize = false, bool DecoupledWeightDecay = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Two = ["exp_avg", "exp_avg_sq"], Largest = ["max_exp_avg_sq"], Three = [.. Two, .. Largest];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Amsgrad ? Three : Two;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Largest;
    double IGradientRule.WeightDecay => DecoupledWeightDecay ? 0 : WeightDecay;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var α = L.Of(-now.Lr / (1 - Math.Pow(Beta1, now.T)));
        var r2 = L.Of(1 / Math.Sqrt(1 - Math.Pow(Beta2, now.T)));
        var (β1c, β2, β2c) = (L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2));
        var (ε, λ) = (L.NotZero(Eps), L.Of(DecoupledWeightDecay ? 1 - now.Lr * WeightDecay : 1));
        var slow = 1 - Beta1 < 0.5;
        if (Amsgrad && slow) use.Run(new At<L, On, On>(α, β1c, β2, β2c, r2, ε, λ));
        else if (Amsgrad) use.Run(new At<L, On, Off>(α, β1c, β2, β2c, r2, ε, λ));
        else if (slow) use.Run(new At<L, Off, On>(α, β1c, β2, β2c, r2, ε, λ));
        else use.Run(new At<L, Off, Off>(α, β1c, β2, β2c, r2, ε, λ));
    }

    readonly record struct At<L, Ams, Slow>(L α, L β1c, L β2, L β2c, L r2, L ε, L λ) : IFormula<L>
        where L : struct, ILane<L> where Ams : struct, IFlag where Slow : struct, IFlag
    {
        public static int SlotCount => Ams.Set ? 3 : 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Lerp<Slow>(s.S1, g, β1c);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
            if (Ams.Set) v = s.S3 = L.Max(s.S3, v);
            return m / L.Fma(L.Sqrt(v), r2, ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, λ * θ);
    }
}
