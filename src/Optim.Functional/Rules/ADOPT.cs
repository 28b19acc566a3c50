namespace Optim.Functional;

/// <summary>ADOPT: Adam that divides by what it knew before the gradient, and takes its momentum of the quotients: so it converges with
/// any β2.</summary>
/// <remarks>
/// Taniguchi et al., arXiv:2411.02853v3, Algorithm 2. At the first gradient v ← g², and nothing moves. Later c = g/max(√v, ε), clipped to
/// ±clip_lambda·(t - 1)^clip_exponent; m ← m + (1 - β1)(c - m); θ ← θ - αm; v ← β2v + (1 - β2)g².
/// State: step; exp_avg m and exp_avg_sq v, the shape of θ, from 0. The paper's first version clips nothing: an infinite clip_lambda. The
/// authors' code has a function of t for it.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the momentum, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g: the least that is divided by.</param>
/// <param name="ClipLambda">≥ 0: where the second gradient's quotients are clipped; no unit; infinite: nowhere.</param>
/// <param name="ClipExponent">Power ≥ 0 of the number of gradients before that it grows by.</param>
/// <param name="WeightDecay">λ ≥ 0: an L2 penalty, in units of g per unit of θ, or decoupled.</param>
/// <param name="Decouple">Shrink θ by αλ itself in place of the penalty, but for the first gradient.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ADOPT(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.9999, double Eps = 1e-6,
    double ClipLambda = 1, double ClipExponent = 0.25, double WeightDecay = 0, bool Decouple = false, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    double IGradientRule.WeightDecay => Decouple ? 0 : WeightDecay;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).NotBelow(0, ClipLambda)
        .AtLeast(0, ClipExponent).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var most = ClipLambda * Math.Pow(now.T - 1, ClipExponent);
        var at = new Constants<L>(
            L.Of(-now.Lr), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.NotZero(Eps), L.Of(most),
            L.Of(Decouple ? 1 - now.Lr * WeightDecay : 1));
        if (now.T == 1) use.Run(new At<L, On, Off>(at));
        else if (1 - Beta1 < 0.5) use.Run(new At<L, Off, On>(at));
        else use.Run(new At<L, Off, Off>(at));
    }

    readonly record struct Constants<L>(L α, L β1c, L β2, L β2c, L ε, L most, L λ) where L : struct, ILane<L>;

    readonly record struct At<L, First, Slow>(Constants<L> K) : IFormula<L>
        where L : struct, ILane<L> where First : struct, IFlag where Slow : struct, IFlag
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            if (First.Set)
            {
                s.S2 = g * g;
                return default;
            }
            var c = L.Max(L.Min(g / L.Max(L.Sqrt(s.S2), K.ε), K.most), -K.most);
            s.S2 = L.Fma(K.β2, s.S2, K.β2c * g * g);
            return s.S1 = L.Lerp<Slow>(s.S1, c, K.β1c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => First.Set ? θ : L.Fma(K.α, u, K.λ * θ);
    }
}
