namespace Optim.Functional;

/// <summary>Sophia-G: steps by the momentum over an estimate of the Hessian's diagonal, clipped to the sign where that is small.</summary>
/// <remarks>
/// Liu et al., arXiv:2305.14342v4, Algorithms 2 and 3, as the authors' code has it. m ← β1m + (1 - β1)g; θ ← (1 - αλ)θ - α clip(m/(ρBh +
/// ε), 1). The Gauss-Newton-Bartlett estimate is of other gradients, ĝ, of a batch of B labels that the model drew itself, every ten
/// steps or so: h ← β2h + (1 - β2)ĝ², by <see cref="Pure.Observe"/> and <see cref="Optimizer.Observe"/>. Until there is one a step is ±α.
/// State: step; exp_avg m, hessian h, the shape of θ, from 0, and not corrected for that. The paper has max(γh, ε) for ρBh + ε, and B in
/// h.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ: the most that a step moves an element by.</param>
/// <param name="Beta1">Decay β1 of the momentum, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the Hessian, in [0, 1).</param>
/// <param name="Rho">ρ ≥ 0: of a larger ρ fewer elements are clipped.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of α.</param>
/// <param name="Bs">B > 0: the labels of a batch, for language models its tokens.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="HessianEvery">k > 0: each k-th step from the first on takes its own gradient for ĝ, the empirical Fisher's, which is
/// another estimate than the paper's; null: none does.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record SophiaG(
    double Lr = 1e-4, [Tuple("betas", 0)] double Beta1 = 0.965, [Tuple("betas", 1)] double Beta2 = 0.99, double Rho = 0.04,
    double WeightDecay = 0.1, double Bs = 5120, double Eps = 1e-15, int? HessianEvery = null, bool Maximize = false)
    : Rule, IElementwiseRule, IObservingRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "hessian"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public string Observed => "hessian";
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Rho).AtLeast(0, WeightDecay).Above(0, Bs).AtLeast(0, Eps)
        .Above(0, HessianEvery ?? 1, nameof(HessianEvery));

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var at = new Constants<L>(
            new(L.Of(Beta2), L.Of(1 - Beta2)), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Rho * Bs), L.NotZero(Eps), L.Of(1), L.Of(-now.Lr),
            L.Of(1 - now.Lr * WeightDecay), L.Of(HessianEvery is { } k && (now.T - 1) % k == 0 ? 1 : -1), L.Of(0));
        // Its type is the same at every step, since another one would be made anew.
        if (HessianEvery is not null) use.Run(new At<L, On>(at));
        else use.Run(new At<L, Off>(at));
    }

    /// <inheritdoc/>
    public void Observe<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
        use.Run(new Estimate<L>(L.Of(Beta2), L.Of(1 - Beta2)));

    readonly record struct Estimate<L>(L β2, L β2c) : IStep<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Next(L h, L g) => L.Fma(β2, h, β2c * g * g);

        public L Step(L h, L g, ref Slots<L> s) => Next(h, g);
    }

    readonly record struct Constants<L>(Estimate<L> Hessian, L β1, L β1c, L ρ, L ε, L one, L α, L λ, L now, L zero)
        where L : struct, ILane<L>;

    readonly record struct At<L, Learns>(Constants<L> K) : IFormula<L> where L : struct, ILane<L> where Learns : struct, IFlag
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Fma(K.β1, s.S1, K.β1c * g);
            if (Learns.Set) s.S2 = L.WhereGreater(K.now, K.zero, K.Hessian.Next(s.S2, g), s.S2);
            return L.Max(L.Min(m / L.Fma(K.ρ, s.S2, K.ε), K.one), -K.one);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(K.α, u, K.λ * θ);
    }
}
