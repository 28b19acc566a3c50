namespace Optim.Functional;

/// <summary>Adagrad: steps shrink with the root of the summed squares of all gradients so far.</summary>
/// <remarks>
/// Duchi, Hazan, Singer, JMLR 12, 2011, equation 1 with diagonal G. s ← s + g²; θ ← θ - γ/(1 + (t - 1)η) · g/(√s + ε).
/// State: step; sum s, the shape of θ, from <paramref name="InitialAccumulatorValue"/>; it exists before the first gradient, as in torch.
/// Sparse gradients update the elements they name. A NaN in g stays in s.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0, in units of θ: the first step moves an element by about γ.</param>
/// <param name="LrDecay">η ≥ 0, per step.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="InitialAccumulatorValue">s before the first step, ≥ 0, in units of g². Of the optimizer, not of a group: a group's own is
/// ignored, as in torch.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Adagrad(
    double Lr = 1e-2, double LrDecay = 0, double WeightDecay = 0, double InitialAccumulatorValue = 0, double Eps = 1e-10,
    bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["sum"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public double First(SlotSpec slot, double lr) => InitialAccumulatorValue;
    /// <inheritdoc/>
    public bool EagerState => true;
    /// <inheritdoc/>
    public SparseGradients Sparse => SparseGradients.Touched;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).AtLeast(0, LrDecay).AtLeast(0, WeightDecay)
        .AtLeast(0, InitialAccumulatorValue).AtLeast(0, Eps);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(-now.Lr / (1 + (now.T - 1) * LrDecay)), L.NotZero(Eps)));

    readonly record struct At<L>(L γ, L ε) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var sum = s.S1 = L.Fma(g, g, s.S1);
            return g / (L.Sqrt(sum) + ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}
