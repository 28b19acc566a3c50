namespace Optim.Functional;

/// <summary>Resilient backpropagation: a step size of its own for each element, driven by the gradient's sign alone.</summary>
/// <remarks>
/// Riedmiller, Braun, ICNN 1993; the variant without weight-backtracking, iRprop- of Igel, Hüsken, NC 2000, Algorithm 2. δ ← clamp(δ·η)
/// with η = η+ where g·p > 0, η- where g·p &lt; 0, else 1; where g·p &lt; 0, g ← 0; θ ← θ - sign(g)δ; p ← g. State: step; prev p from 0,
/// step_size δ from lr, the shape of θ. So the first step moves by lr, and a later change of lr has no effect. sign(NaN) = 0: a NaN in g
/// leaves θ where it is.
/// </remarks>
/// <param name="Lr">First step size ≥ 0, in units of θ.</param>
/// <param name="EtaMinus">η- in (0, 1): shrinks δ where the sign flips.</param>
/// <param name="EtaPlus">η+ > 1: grows δ where the sign stays.</param>
/// <param name="StepSizeMin">Least δ ≥ 0, in units of θ.</param>
/// <param name="StepSizeMax">Largest δ, at least the least one, in units of θ; may be infinite.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Rprop(double Lr = 1e-2, [Tuple("etas", 0)] double EtaMinus = 0.5, [Tuple("etas", 1)] double EtaPlus = 1.2,
    [Tuple("step_sizes", 0)] double StepSizeMin = 1e-6, [Tuple("step_sizes", 1)] double StepSizeMax = 50, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["prev", "step_size"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public double First(SlotSpec slot, double lr) => slot.Key == "step_size" ? lr : 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Between(0, 1, EtaMinus).Above(1, EtaPlus)
        .AtLeast(0, StepSizeMin).NotBelow(StepSizeMin, StepSizeMax);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(EtaMinus), L.Of(EtaPlus), L.Of(StepSizeMin), L.Of(StepSizeMax), L.Of(0), L.Of(1)));

    readonly record struct At<L>(L ηm, L ηp, L δmin, L δmax, L Zero, L One) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var σ = L.Sign(g);
            var gp = σ * s.S1; // torch multiplies g by p, which underflows where both are small
            var η = L.WhereGreater(gp, Zero, ηp, L.WhereGreater(Zero, gp, ηm, One));
            var δ = s.S2 = L.Min(L.Max(s.S2 * η, δmin), δmax);
            s.S1 = L.WhereGreater(Zero, gp, Zero, g);
            return L.WhereGreater(Zero, gp, Zero, σ) * δ;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => θ - u;
    }
}
