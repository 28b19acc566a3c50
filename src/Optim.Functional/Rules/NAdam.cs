namespace Optim.Functional;

/// <summary>NAdam: Adam with Nesterov's momentum, whose factor warms up.</summary>
/// <remarks>
/// Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016, Algorithm 8. μt = β1(1 - 0.96^(tψ)/2); Π ← Πμt;
/// m ← m + (1 - β1)(g - m); v ← β2v + (1 - β2)g²; d = √(v/(1 - β2^t)) + ε; θ ← θ - α((1 - μt)/(1 - Π) · g/d + μt+1/(1 - Πμt+1) · m/d).
/// State: step; mu_product Π from 1; exp_avg m and exp_avg_sq v, the shape of θ, from 0.
/// torch rounds Π to float32 at each step (its default type); here it is double. m is a lerp, as in torch: after an infinite g the state
/// becomes NaN.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">β1, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0: an L2 penalty, in units of g per unit of θ, or decoupled.</param>
/// <param name="MomentumDecay">ψ ≥ 0, per step.</param>
/// <param name="DecoupledWeightDecay">Shrink θ by αλ itself in place of the penalty.</param>
/// <param name="Maximize">Ascend.</param>
public record NAdam(
    double Lr = 2e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 0, double MomentumDecay = 4e-3, bool DecoupledWeightDecay = false, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];
    static readonly string[] Carried = ["mu_product"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public IReadOnlyList<string> Scalars => Carried;
    double IGradientRule.WeightDecay => DecoupledWeightDecay ? 0 : WeightDecay;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay).AtLeast(0, MomentumDecay);

    /// <inheritdoc/>
    public Scalars Start(double lr) => new(1);
    /// <inheritdoc/>
    public Scalars After(in Turn now) => new(now.Before.S1 * μ(now.T));

    double μ(long t) => Beta1 * (1 - 0.5 * Math.Pow(0.96, t * MomentumDecay));

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (μt, next, Π) = (μ(now.T), μ(now.T + 1), now.After.S1);
        var γg = L.Of(now.Lr * (1 - μt) / (1 - Π));
        var γm = L.Of(now.Lr * next / (1 - Π * next));
        var (β1c, β2, β2c) = (L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2));
        var r2 = L.Of(1 / (1 - Math.Pow(Beta2, now.T)));
        var λ = L.Of(DecoupledWeightDecay ? 1 - now.Lr * WeightDecay : 1);
        var ε = L.NotZero(Eps);
        if (1 - Beta1 < 0.5) use.Run(new At<L, On>(γg, γm, β1c, β2, β2c, r2, ε, λ));
        else use.Run(new At<L, Off>(γg, γm, β1c, β2, β2c, r2, ε, λ));
    }

    readonly record struct At<L, Slow>(L γg, L γm, L β1c, L β2, L β2c, L r2, L ε, L λ) : IFormula<L>
        where L : struct, ILane<L> where Slow : struct, IFlag
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Lerp<Slow>(s.S1, g, β1c);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
            var d = L.Sqrt(v * r2) + ε;
            return L.Fma(γm, m / d, γg * (g / d));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => λ * θ - u;
    }
}
