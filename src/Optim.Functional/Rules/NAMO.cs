namespace Optim.Functional;

/// <summary>NAMO: Muon with steps as long as momentum and gradient agree in length, one number for each matrix.</summary>
/// <remarks>
/// Zhang, Liu, Schaeffer, arXiv:2602.17080, as NVIDIA's Emerging-Optimizers have it. B ← B + (1 - μ)(g - B); U = g + μ(B - g) with
/// Nesterov, else B; O = U made orthogonal, as by <see cref="Muon"/>; v ← β2v + (1 - β2)‖g‖²; θ ← (1 - γλ)θ - γ'‖B‖/(√v + ε) · O. State: momentum_buffer B,
/// the shape of θ; moment2_buffer v, one number; both from 0. Matrices only. Others differ: the paper corrects both averages for their
/// start, and decays by as much as it moves.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of γ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Beta2">Decay β2 of the squared norm, in [0, 1).</param>
/// <param name="Nesterov">Look ahead.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="NsEps">The least norm divided by before the iteration, ≥ 0, in units of g.</param>
/// <param name="NsSteps">Iterations, in [0, 100).</param>
/// <param name="AdjustLrFn">γ' of γ and the shape, as Muon's; null: γ√max(1, rows/columns).</param>
/// <param name="Coefficients">The set of coefficients, by its name: see <see cref="NewtonSchulz"/>.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record NAMO(
    double Lr = 3e-4, double WeightDecay = 0.01, double Momentum = 0.95, double Beta2 = 0.95, bool Nesterov = false, double Eps = 1e-8,
    double NsEps = 1e-15, int NsSteps = 5, string? AdjustLrFn = "spectral", string Coefficients = "quintic", bool Maximize = false)
    : Rule, IWholeRule
{
    static readonly SlotSpec[] Keys = ["momentum_buffer", new("moment2_buffer") { Shape = _ => [1] }];

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
        var (γ, u, v) = (x.Now.Lr, x.Work(x.Length), x.Slot(1));
        MuonOptions.Average(x, u, Momentum, Nesterov);
        x.Each(new Pass.MeanWith(Beta2, x.SumOfSquares(x.G)), v, v, to: v);
        // A gradient that has always been 0 is 0/0, and moves nothing.
        var by = Math.Max(Math.Sqrt(x.Sum(default(Term.Value), v, v)) + Eps, double.Epsilon);
        var (O, _) = How.Run(x, u);
        x.Move(O, γ, How.Factor(x.Shape) * Math.Sqrt(x.SumOfSquares(x.Slot(0))) / by, 1 - γ * WeightDecay);
    }
}
