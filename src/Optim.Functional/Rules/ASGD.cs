namespace Optim.Functional;

/// <summary>Averaged stochastic gradient descent: SGD with a decaying rate, and beside it the mean of θ from step t0 on.</summary>
/// <remarks>
/// Polyak, Juditsky, SIAM J. Control Optim. 30(4), 1992; the rate as in Xu, arXiv:1107.2490, equation 4. θ ← (1 - λη)θ - ηg; a ← a + μ(θ -
/// a); then η ← γ/(1 + λγt)^α, μ ← 1/max(1, t - t0). State: step; eta η from γ, mu μ from 1; ax a, the shape of θ. η and μ of a step come
/// from the step before, so that a change of γ acts one step late, as in torch. The mean is yours to read; the step leaves it beside θ.
/// torch rounds η and μ to float32 at each step (its default type); here they are double. A NaN in g goes into θ and a.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0, in units of θ per unit of g.</param>
/// <param name="Lambd">Decay λ ≥ 0 of θ and of the rate.</param>
/// <param name="Alpha">Power α of the rate; no unit.</param>
/// <param name="T0">Step t0 after which θ is averaged; infinite: never.</param>
/// <param name="WeightDecay">L2 penalty ≥ 0, in units of g per unit of θ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ASGD(
    double Lr = 1e-2, double Lambd = 1e-4, double Alpha = 0.75, double T0 = 1e6, double WeightDecay = 0, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["ax"];
    static readonly string[] Carried = ["eta", "mu"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public IReadOnlyList<string> Scalars => Carried;
    /// <inheritdoc/>
    public bool UpdatesToNext => true;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).AtLeast(0, Lambd).Number(Alpha).NotNaN(T0).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public Scalars Start(double lr) => new(S1: lr, S2: 1);
    /// <inheritdoc/>
    public Scalars After(in Turn now) => new(now.Lr / Math.Pow(1 + Lambd * now.Lr * now.T, Alpha), 1 / Math.Max(1, now.T - T0));

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (η, μ) = (now.Before.S1, now.Before.S2);
        var (γ, λ, w) = (L.Of(-η), L.Of(1 - Lambd * η), L.Of(μ));
        if (μ == 1) use.Run(new At<L, Off>(γ, λ, w));
        else use.Run(new At<L, On>(γ, λ, w));
    }

    readonly record struct At<L, Mean>(L η, L λ, L μ) : IFormula<L> where L : struct, ILane<L> where Mean : struct, IFlag
    {
        public static int SlotCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            θ = L.Fma(η, g, λ * θ);
            s.S1 = Mean.Set ? L.Fma(μ, θ - s.S1, s.S1) : θ;
            return θ;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => u;
    }
}
