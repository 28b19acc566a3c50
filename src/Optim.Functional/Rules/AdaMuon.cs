namespace Optim.Functional;

/// <summary>AdaMuon: Muon whose elements are divided by the root of their second moments, as Adam's.</summary>
/// <remarks>
/// Si et al., "AdaMuon", arXiv:2507.11005, as NVIDIA's Emerging-Optimizers have it. B ← B + (1 - μ)(g - B); U = g + μ(B - g) with Nesterov,
/// else B; O = U made orthogonal, as by <see cref="Muon"/>; v ← β2v + (1 - β2)O²; θ ← (1 - γλ)θ - γ'O/(√v + ε). State: momentum_buffer B,
/// moment2_buffer v, the shape of θ, from 0. Matrices only. Others differ: the paper makes the signs of U orthogonal, corrects v's start
/// and gives the update an RMS of 0.2.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of γ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Beta2">Decay β2 of the second moments, in [0, 1).</param>
/// <param name="Nesterov">Look ahead.</param>
/// <param name="Eps">ε ≥ 0; no unit.</param>
/// <param name="NsEps">The least norm divided by before the iteration, ≥ 0, in units of g.</param>
/// <param name="NsSteps">Iterations, in [0, 100).</param>
/// <param name="AdjustLrFn">γ' of γ and the shape, as Muon's; null: γ√max(1, rows/columns).</param>
/// <param name="Coefficients">The set of coefficients, by its name: see <see cref="NewtonSchulz"/>.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record AdaMuon(
    double Lr = 3e-4, double WeightDecay = 0.01, double Momentum = 0.95, double Beta2 = 0.95, bool Nesterov = false, double Eps = 1e-8,
    double NsEps = 1e-15, int NsSteps = 5, string? AdjustLrFn = "spectral", string Coefficients = "quintic", bool Maximize = false)
    : Rule, IWholeRule
{
    static readonly SlotSpec[] Keys = ["momentum_buffer", "moment2_buffer"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public string? Refuses(IReadOnlyList<int> shape) => How.Refuses(shape);
    /// <inheritdoc/>
    public bool EndsInMove => true;
    double IGradientRule.WeightDecay => 0;

    Orthogonalization How => new(NewtonSchulz.Find(Coefficients), default, NsSteps, NsEps, AdjustLrFn: AdjustLrFn);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, WeightDecay).AtLeast(0, Momentum).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, NsEps)
            .Within(0, 99, NsSteps);
        MuonOptions.Validate(this, AdjustLrFn, Coefficients ?? "", NsSteps);
    }

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) => (long)shape[0] * shape[1] + How.WorkOf(shape);

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (γ, u) = (x.Now.Lr, x.Work(x.Length));
        MuonOptions.Average(x, u, Momentum, Nesterov);
        var (O, _) = How.Run(x, u);
        x.Each(new Scaled(Beta2, Eps), O, O, to: O, x.Slot(1));
        x.Move(O, γ, How.Factor(x.Shape), 1 - γ * WeightDecay);
    }

    /// <summary>v, and O/(√v + ε).</summary>
    readonly record struct Scaled(double Beta2, double Eps) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta2), L.Of(1 - Beta2), L.NotZero(Eps)));

        readonly record struct At<L>(L β2, L β2c, L ε) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L O, ref Slots<L> s)
            {
                var v = s.S1 = L.Fma(β2, s.S1, β2c * O * O);
                return O / (L.Sqrt(v) + ε);
            }
        }
    }
}
