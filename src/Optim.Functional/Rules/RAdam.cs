namespace Optim.Functional;

/// <summary>RAdam: Adam whose adaptive rate waits until its variance is known.</summary>
/// <remarks>
/// Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", arXiv:1908.03265v4, Algorithm 2. m ← m + (1 - β1)(g - m);
/// v ← β2v + (1 - β2)g²; ρ∞ = 2/(1 - β2) - 1; ρ = ρ∞ - 2tβ2^t/(1 - β2^t). Where ρ > 5: θ ← θ - αr√(1 - β2^t)/(1 - β1^t) · m/(√v + ε), with
/// r = √((ρ - 4)(ρ - 2)ρ∞/((ρ∞ - 4)(ρ∞ - 2)ρ)); else θ ← θ - α/(1 - β1^t) · m. State: step; exp_avg m and exp_avg_sq v, the shape of θ,
/// from 0. The paper has 4 for torch's 5, and no ε. m is a lerp, as in torch: after an infinite g the state becomes NaN.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ; of the first steps, in units of θ per unit of g.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0: an L2 penalty, in units of g per unit of θ, or decoupled.</param>
/// <param name="DecoupledWeightDecay">Shrink θ by αλ itself in place of the penalty.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record RAdam(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 0, bool DecoupledWeightDecay = false, bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    double IGradientRule.WeightDecay => DecoupledWeightDecay ? 0 : WeightDecay;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <summary>ρ, and r√(1 - β2^t), which is a number where ρ is above 4.</summary>
    internal static (double ρ, double r) Rectification(double β2, long t, double bc2)
    {
        var last = 2 / (1 - β2) - 1;
        var ρ = last - 2 * t * Math.Pow(β2, t) / bc2;
        return (ρ, Math.Sqrt((ρ - 4) * (ρ - 2) * last / ((last - 4) * (last - 2) * ρ)) * Math.Sqrt(bc2));
    }

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (bc1, bc2) = (1 - Math.Pow(Beta1, now.T), 1 - Math.Pow(Beta2, now.T));
        var (ρ, r) = Rectification(Beta2, now.T, bc2);
        var (β1c, β2, β2c, ε) = (L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.NotZero(Eps));
        var λ = L.Of(DecoupledWeightDecay ? 1 - now.Lr * WeightDecay : 1);
        var (known, slow) = (ρ > 5, 1 - Beta1 < 0.5);
        var α = L.Of(known ? -now.Lr / bc1 * r : -now.Lr / bc1);
        if (known && slow) use.Run(new At<L, On, On>(α, β1c, β2, β2c, ε, λ));
        else if (known) use.Run(new At<L, On, Off>(α, β1c, β2, β2c, ε, λ));
        else if (slow) use.Run(new At<L, Off, On>(α, β1c, β2, β2c, ε, λ));
        else use.Run(new At<L, Off, Off>(α, β1c, β2, β2c, ε, λ));
    }

    readonly record struct At<L, Known, Slow>(L α, L β1c, L β2, L β2c, L ε, L λ) : IFormula<L>
        where L : struct, ILane<L> where Known : struct, IFlag where Slow : struct, IFlag
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Lerp<Slow>(s.S1, g, β1c);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
            return Known.Set ? m / (L.Sqrt(v) + ε) : m;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, λ * θ);
    }
}
