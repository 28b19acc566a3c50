namespace Optim.Functional;

/// <summary>Adamax: Adam with the infinity norm for the second moment.</summary>
/// <remarks>
/// Kingma, Ba, arXiv:1412.6980v9, Algorithm 2. m ← m + (1 - β1)(g - m); u ← max(β2u, |g| + ε); θ ← θ - α/(1 - β1^t) · m/u.
/// State: step; exp_avg m, exp_inf u, the shape of θ, from 0. The paper has no ε; torch, as here, puts it inside the maximum.
/// A NaN in g stays in m and u.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ: the most that one step moves an element, about.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the norm, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Adamax(
    double Lr = 2e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 0, bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_inf"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var α = L.Of(-now.Lr / (1 - Math.Pow(Beta1, now.T)));
        var (β1c, β2, ε, least) = (L.Of(1 - Beta1), L.Of(Beta2), L.Of(Eps), L.NotZero(0));
        var mayBeZero = Eps <= float.Epsilon; // in float, which rounds such an ε to 0
        if (1 - Beta1 >= 0.5) use.Run(new At<L, Off, On>(α, β1c, β2, ε, least));
        else if (mayBeZero) use.Run(new At<L, On, On>(α, β1c, β2, ε, least));
        else use.Run(new At<L, On, Off>(α, β1c, β2, ε, least));
    }

    readonly record struct At<L, Slow, Zero>(L α, L β1c, L β2, L ε, L Least) : IFormula<L>
        where L : struct, ILane<L> where Slow : struct, IFlag where Zero : struct, IFlag
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Lerp<Slow>(s.S1, g, β1c);
            var u = s.S2 = L.Max(β2 * s.S2, L.Abs(g) + ε);
            return m / (Zero.Set ? L.Max(u, Least) : u); // 0/0 is 0
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, θ);
    }
}
