namespace Optim.Functional;

/// <summary>SparseAdam: Adam that looks only at the elements that a sparse gradient names.</summary>
/// <remarks>
/// Kingma, Ba, arXiv:1412.6980v9, section 2, whose α√(1 - β2^t)/(1 - β1^t) leaves ε outside the correction. m ← m + (1 - β1)(g - m); v ← v
/// + (1 - β2)(g² - v); θ ← θ - α√(1 - β2^t)/(1 - β1^t) · m/(√v + ε). State: step; exp_avg m and exp_avg_sq v, the shape of θ, from 0. What
/// the gradient does not name stays. Dense gradients are refused, as in torch.
/// </remarks>
/// <param name="Lr">Learning rate α > 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε > 0, in units of g.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record SparseAdam(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public SparseGradients Sparse => SparseGradients.Only;
    /// <inheritdoc/>
    public bool Allows(double lr) => lr > 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).Above(0, Lr).Fraction(Beta1).Fraction(Beta2).Above(0, Eps);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var α = now.Lr * Math.Sqrt(1 - Math.Pow(Beta2, now.T)) / (1 - Math.Pow(Beta1, now.T));
        use.Run(new At<L>(L.Of(-α), L.Of(1 - Beta1), L.Of(1 - Beta2), L.NotZero(Eps)));
    }

    readonly record struct At<L>(L α, L β1c, L β2c, L ε) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Fma(β1c, g - s.S1, s.S1);
            var v = s.S2 = L.Fma(β2c, g * g - s.S2, s.S2);
            return m / (L.Sqrt(v) + ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(α, u, θ);
    }
}
