namespace Optim.Functional;

/// <summary>Stochastic gradient descent, with heavy-ball or Nesterov momentum.</summary>
/// <remarks>
/// Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever et al., "On the importance of initialization
/// and momentum in deep learning", ICML 2013. b ← μb + (1 - τ)g, at the first step b ← g; θ ← θ - γb, or with Nesterov θ ← θ - γ(g + μb).
/// State: momentum_buffer b, the shape of θ, only where μ ≠ 0. Others differ: Sutskever keeps γ inside b; here, as in torch, a change of γ
/// acts at once. A NaN or infinity in g goes into θ and b.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0, in units of θ per unit of g.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Dampening">τ; no unit. Leaves the first step alone.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="Nesterov">Look ahead; needs μ > 0 and τ = 0.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record SGD(
    double Lr, double Momentum = 0, double Dampening = 0, double WeightDecay = 0, bool Nesterov = false, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Buffer = ["momentum_buffer"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Momentum != 0 ? Buffer : [];
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Buffer;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public SparseGradients Sparse => Momentum != 0 ? SparseGradients.Dense : SparseGradients.Touched;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, Momentum).Number(Dampening).AtLeast(0, WeightDecay);
        if (Nesterov && !(Momentum > 0 && Dampening == 0)) throw Fault.Nesterov(this, Momentum, Dampening);
    }

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (γ, μ, τc) = (L.Of(-now.Lr), L.Of(Momentum), L.Of(now.Creates(0) ? 1 : 1 - Dampening));
        if (Momentum == 0) use.Run(new At<L, Off, Off>(γ, μ, τc));
        else if (Nesterov) use.Run(new At<L, On, On>(γ, μ, τc));
        else use.Run(new At<L, On, Off>(γ, μ, τc));
    }

    readonly record struct At<L, Heavy, Ahead>(L γ, L μ, L τc) : IFormula<L>
        where L : struct, ILane<L> where Heavy : struct, IFlag where Ahead : struct, IFlag
    {
        public static int SlotCount => Heavy.Set ? 1 : 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            if (!Heavy.Set) return g;
            var b = s.S1 = L.Fma(μ, s.S1, τc * g);
            return Ahead.Set ? L.Fma(μ, b, g) : b;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}
