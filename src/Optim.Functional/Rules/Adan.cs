namespace Optim.Functional;

/// <summary>Adan: Adam with Nesterov's momentum, made of averages of gradients and of how they change.</summary>
/// <remarks>
/// Xie et al., arXiv:2208.06677v5, Algorithm 1, its β being 1 - β here. δ = g - g' with g' the gradient before, 0 at the first; m ← β1m +
/// (1 - β1)g; v ← β2v + (1 - β2)δ; n ← β3n + (1 - β3)(g + β2δ)²; u = (m/(1 - β1^t) + β2v/(1 - β2^t))/(√n/√(1 - β3^t) + ε); θ ← (θ -
/// αu)/(1 + αλ), or with no_prox (1 - αλ)θ - αu.
/// State: exp_avg m, exp_avg_diff v, exp_avg_sq n, neg_pre_grad -g', the shape of θ, from 0; step t, which all parameters share, so that
/// one that comes late has the others' corrections. The authors limit the gradients' norm by an option: <see cref="Plans.ClipNorm"/>
/// does.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the mean change, in [0, 1).</param>
/// <param name="Beta3">Decay β3 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of α.</param>
/// <param name="NoProx">Shrink θ before the step, by 1 - αλ, as AdamW does, and not after it, by 1/(1 + αλ).</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Adan(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.98, [Tuple("betas", 1)] double Beta2 = 0.92,
    [Tuple("betas", 2)] double Beta3 = 0.99, double Eps = 1e-8, double WeightDecay = 0, bool NoProx = false, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_diff", "exp_avg_sq", "neg_pre_grad"];
    static readonly string[] Carried = ["step"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => Carried;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).Fraction(Beta3).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => new(before.S1 + 1);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (t, decay) = (now.Model.S1, now.Lr * WeightDecay);
        var κ = NoProx ? 1 : 1 / (1 + decay);
        use.Run(new At<L>(
            L.Of(now.Creates(3) ? 0 : 1), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.Of(Beta3), L.Of(1 - Beta3),
            L.Of(1 / (1 - Math.Pow(Beta1, t))), L.Of(Beta2 / (1 - Math.Pow(Beta2, t))), L.Of(1 / Math.Sqrt(1 - Math.Pow(Beta3, t))),
            L.NotZero(Eps), L.Of(-now.Lr * κ), L.Of(NoProx ? 1 - decay : κ)));
    }

    readonly record struct At<L>(L φ, L β1, L β1c, L β2, L β2c, L β3, L β3c, L r1, L r2, L r3, L ε, L α, L λ) : IFormula<L>
        where L : struct, ILane<L>
    {
        public static int SlotCount => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var δ = L.Fma(φ, g, s.S4);
            var m = s.S1 = L.Fma(β1, s.S1, β1c * g);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * δ);
            var ahead = L.Fma(β2, δ, g);
            var n = s.S3 = L.Fma(β3, s.S3, β3c * ahead * ahead);
            s.S4 = -g;
            return L.Fma(r1, m, r2 * v) / L.Fma(L.Sqrt(n), r3, ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, λ * θ);
    }
}
