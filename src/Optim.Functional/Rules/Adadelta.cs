namespace Optim.Functional;

/// <summary>Adadelta: steps in the units of θ, from running averages of squared gradients and squared steps.</summary>
/// <remarks>
/// Zeiler, arXiv:1212.5701v1, Algorithm 1. v ← ρv + (1 - ρ)g²; Δ = √(u + ε)/√(v + ε) · g; u ← ρu + (1 - ρ)Δ²; θ ← θ - γΔ.
/// State: step; square_avg v, acc_delta u, the shape of θ, from 0. The paper has γ = 1. A NaN in g stays in the state.
/// </remarks>
/// <param name="Lr">γ ≥ 0 scales the step; no unit.</param>
/// <param name="Rho">Decay ρ of both averages, in [0, 1].</param>
/// <param name="Eps">ε ≥ 0, added to g² and to Δ²; sets the size of the first steps.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Adadelta(double Lr = 1.0, double Rho = 0.9, double Eps = 1e-6, double WeightDecay = 0, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["square_avg", "acc_delta"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).Within(0, 1, Rho).AtLeast(0, Eps).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(-now.Lr), L.Of(Rho), L.Of(1 - Rho), L.Of(Eps), L.NotZero(Eps)));

    readonly record struct At<L>(L γ, L ρ, L ρc, L ε, L εv) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var v = s.S1 = L.Fma(ρ, s.S1, ρc * g * g);
            var Δ = L.Sqrt(s.S2 + ε) / L.Sqrt(v + εv) * g;
            s.S2 = L.Fma(ρ, s.S2, ρc * Δ * Δ);
            return Δ;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}
