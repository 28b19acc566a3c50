namespace Optim.Functional;

/// <summary>LAMB: Adam's step, as long for each parameter as the parameter is large.</summary>
/// <remarks>
/// You et al., arXiv:1904.00962v5, Algorithm 2, with φ the identity. m ← β1m + (1 - β1)g; v ← β2v + (1 - β2)g²; u = m/(1 - β1^t)/(√v/√(1 -
/// β2^t) + ε) + λθ; θ ← θ - α‖θ‖/‖u‖ · u, or - αu where either norm is 0. State: exp_avg m, exp_avg_sq v, the shape of θ, from 0; step t,
/// which all parameters share. Others differ: timm's limits the gradients' norm to 1 unless told not to: <see cref="Plans.ClipNorm"/> does.
/// A NaN in g goes into all of θ.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0; no unit: a step is about α times θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, part of the update.</param>
/// <param name="BiasCorrection">Correct the moments for their start at 0.</param>
/// <param name="GradAveraging">Take 1 - β1 of g into m, else all of it.</param>
/// <param name="TrustClip">Never more than α itself.</param>
/// <param name="AlwaysAdapt">Adapt to the norms without weight decay too.</param>
/// <param name="Caution">Update only where u and g agree in sign, there more, as <see cref="Plans.Cautious"/>; before the decay.</param>
/// <param name="DecoupledDecay">Shrink θ by αλ first, in place of the part of the update.</param>
/// <param name="PeakLr">αp > 0: the decoupled decay is then α²λ/αp (Defazio, arXiv:2506.02285), to fade with a schedule; null: αλ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record LAMB(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-6,
    double WeightDecay = 0.01, bool BiasCorrection = true, bool GradAveraging = true, bool TrustClip = false,
    bool AlwaysAdapt = false, bool Caution = false, bool DecoupledDecay = false, double? PeakLr = null, bool Maximize = false)
    : Rule, IWholeRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];
    static readonly string[] Carried = ["step"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => Carried;
    /// <inheritdoc/>
    public bool EndsInMove => true;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps)
        .AtLeast(0, WeightDecay).Above(0, PeakLr ?? 1, nameof(PeakLr));

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => new(before.S1 + 1);

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) => shape.Aggregate(1L, (n, d) => n * d);

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (α, u) = (x.Now.Lr, x.Work(x.Length));
        var decay = PeakLr is { } peak ? α * α / peak : α;
        var (λ, κ) = DecoupledDecay ? (0.0, 1 - decay * WeightDecay) : (WeightDecay, 1);
        x.Each(new Direction(this, x.Now.Model.S1, Caution ? 0 : λ), x.θ, x.G, to: u, x.Slot(0), x.Slot(1));
        if (Caution)
        {
            var agreeing = x.Sum(default(Agreement), u, x.G) / x.Length;
            x.Each(new Masked(1 / Math.Max(agreeing, 1e-3), λ), u, x.G, to: u, x.θ);
        }
        x.Move(u, α * Trust(x, u, κ), shrink: κ);
    }

    double Trust<T>(in Whole<T> x, Operand<T> u, double κ) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (WeightDecay == 0 && !AlwaysAdapt) return 1;
        var (θ, length) = (Math.Abs(κ) * Math.Sqrt(x.SumOfSquares(x.θ)), Math.Sqrt(x.SumOfSquares(u)));
        var trust = θ > 0 && length > 0 ? θ / length : 1;
        return TrustClip ? Math.Min(trust, 1) : trust;
    }

    /// <summary>m, v, and the update.</summary>
    readonly record struct Direction(LAMB Rule, double T, double Decay) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            var (β1, β2) = (Rule.Beta1, Rule.Beta2);
            var (c1, c2) = Rule.BiasCorrection ? (1 / (1 - Math.Pow(β1, T)), 1 / Math.Sqrt(1 - Math.Pow(β2, T))) : (1, 1);
            var β1c = Rule.GradAveraging ? 1 - β1 : 1;
            use.Run(new At<L>(L.Of(β1), L.Of(β1c), L.Of(β2), L.Of(1 - β2), L.Of(c1), L.Of(c2), L.NotZero(Rule.Eps), L.Of(Decay)));
        }

        readonly record struct At<L>(L β1, L β1c, L β2, L β2c, L r1, L r2, L ε, L λ) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 2;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var m = s.S1 = L.Fma(β1, s.S1, β1c * g);
                var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
                return L.Fma(λ, θ, r1 * m / L.Fma(L.Sqrt(v), r2, ε));
            }
        }
    }

    /// <summary>[ug > 0].</summary>
    readonly record struct Agreement : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> =>
            use.Run(new At<L>(L.Of(0), L.Of(1)));

        readonly record struct At<L>(L Zero, L One) : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            public void Measure(L u, L g, Slots<L> s, ref Slots<L> terms) => terms.S1 = L.WhereGreater(u * g, Zero, One, Zero);
        }
    }

    /// <summary>[ug > 0]φu + λθ, with θ for a slot.</summary>
    readonly record struct Masked(double Scale, double Decay) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Scale), L.Of(Decay), L.Of(0)));

        readonly record struct At<L>(L φ, L λ, L Zero) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            public L Step(L u, L g, ref Slots<L> s) => L.Fma(λ, s.S1, L.WhereGreater(u * g, Zero, φ, Zero) * u);
        }
    }
}
