namespace Optim.Functional;

/// <summary>LARS: SGD with momentum, whose gradient is made as long for each parameter as the parameter is large.</summary>
/// <remarks>
/// You, Gitman, Ginsburg, arXiv:1708.03888v3, Algorithm 1. g ← η‖θ‖/(‖g‖ + λ‖θ‖ + ε) · (g + λθ), or g + λθ where either norm is 0; b ← μb
/// + (1 - τ)g, at the first step b ← g; θ ← θ - γb, or with Nesterov θ ← θ - γ(g + μb). State: momentum_buffer b, the shape of θ, only
/// where μ ≠ 0. As in timm, and unlike the paper, γ stands outside b, and without weight decay nothing is adapted unless always_adapt
/// says so. Where a norm is NaN nothing is adapted.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0; no unit where it adapts, else in units of θ per unit of g.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Dampening">τ; no unit. Leaves the first step alone.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="Nesterov">Look ahead; needs μ > 0 and τ = 0.</param>
/// <param name="TrustCoeff">η ≥ 0; no unit.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="TrustClip">Adapt to at most the rate γ: the ratio is divided by γ, and is at most 1.</param>
/// <param name="AlwaysAdapt">Adapt to the norms without weight decay too.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record LARS(
    double Lr = 1, double Momentum = 0, double Dampening = 0, double WeightDecay = 0, bool Nesterov = false, double TrustCoeff = 1e-3,
    double Eps = 1e-8, bool TrustClip = false, bool AlwaysAdapt = false, bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] Buffer = ["momentum_buffer"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Momentum != 0 ? Buffer : [];
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Buffer;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, Momentum).Number(Dampening).AtLeast(0, WeightDecay)
            .AtLeast(0, TrustCoeff).AtLeast(0, Eps);
        if (Nesterov && !(Momentum > 0 && Dampening == 0)) throw Fault.Nesterov(this, Momentum, Dampening);
    }

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Each(new Descent(this, Trust(x), x.Now), x.θ, x.G, to: x.θ, Momentum != 0 ? x.Slot(0) : default);

    double Trust<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (WeightDecay == 0 && !AlwaysAdapt) return 1;
        var (θ, g) = (Math.Sqrt(x.SumOfSquares(x.θ)), Math.Sqrt(x.SumOfSquares(x.G)));
        var trust = θ > 0 && g > 0 ? TrustCoeff * θ / (g + WeightDecay * θ + Eps) : 1;
        return !TrustClip ? trust : trust < x.Now.Lr ? trust / x.Now.Lr : 1;
    }

    readonly record struct Descent(LARS Rule, double Trust, Turn Now) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            var (η, λ, γ, μ) = (L.Of(Trust), L.Of(Rule.WeightDecay), L.Of(-Now.Lr), L.Of(Rule.Momentum));
            var τc = L.Of(Now.Creates(0) ? 1 : 1 - Rule.Dampening);
            if (Rule.Momentum == 0) use.Run(new At<L, Off, Off>(η, λ, γ, μ, τc));
            else if (Rule.Nesterov) use.Run(new At<L, On, On>(η, λ, γ, μ, τc));
            else use.Run(new At<L, On, Off>(η, λ, γ, μ, τc));
        }

        readonly record struct At<L, Heavy, Ahead>(L η, L λ, L γ, L μ, L τc) : IStep<L>
            where L : struct, ILane<L> where Heavy : struct, IFlag where Ahead : struct, IFlag
        {
            public static int SlotCount => Heavy.Set ? 1 : 0;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var u = η * L.Fma(λ, θ, g);
                if (Heavy.Set)
                {
                    var b = s.S1 = L.Fma(μ, s.S1, τc * u);
                    u = Ahead.Set ? L.Fma(μ, b, u) : b;
                }
                return L.Fma(γ, u, θ);
            }
        }
    }
}
